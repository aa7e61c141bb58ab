/** Requests about API keys. */
import { t } from "@lingui/core/macro"
import { queryOptions } from "@tanstack/react-query"
import { api, unwrap } from "@/api/client"
import type { components, operations } from "@/api/schema"

export type Key =
  operations["keys"]["responses"]["200"]["content"]["application/json"]["keys"][number]
export type NewKey = components["schemas"]["NewKey"]

export const scopeName = (scope: Key["scope"]) =>
  ({
    alerts: t`Alerts`,
    attendance: t`Attendance`,
    audit: t`Audit log`,
    employees: t`Employees`,
    export: t`Exports`,
    facts: t`Facts`,
    logs: t`Logs`,
    presence: t`Presence`,
    scim: t`SCIM`,
  })[scope]

export const keysQuery = queryOptions({
  queryKey: ["keys"],
  queryFn: async () => (await unwrap(api.GET("/api/keys"))).keys,
})

export const createKey = (body: NewKey) => unwrap(api.POST("/api/keys", { body }))

export const revokeKey = (key_id: number) =>
  api.DELETE("/api/keys/{key_id}", { params: { path: { key_id } } })
