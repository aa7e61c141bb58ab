/** Keys of programs, at the server. */
import { queryOptions } from "@tanstack/react-query"
import { api, told } from "@/api/client"
import type { components, operations } from "@/api/schema"

export type Key =
  operations["keys"]["responses"]["200"]["content"]["application/json"]["keys"][number]
export type NewKey = components["schemas"]["NewKey"]

export const SCOPES: readonly { value: Key["scope"]; label: string; description: string }[] = [
  { value: "export", label: "Exports", description: "Downloads what you may export" },
  {
    value: "audit",
    label: "Audit log",
    description: "Reads the audit log, for example into a SIEM",
  },
]

export const keysQuery = queryOptions({
  queryKey: ["keys"],
  queryFn: async () => (await told(api.GET("/api/keys"))).keys,
})

export const createKey = (body: NewKey) => told(api.POST("/api/keys", { body }))

export const revokeKey = (key_id: number) =>
  api.DELETE("/api/keys/{key_id}", { params: { path: { key_id } } })
