/** Requests about users. */
import { t } from "@lingui/core/macro"
import { queryOptions } from "@tanstack/react-query"
import { api, unwrap } from "@/api/client"
import type { components, operations } from "@/api/schema"
import type { Role } from "@/api/session"

export type User =
  operations["users"]["responses"]["200"]["content"]["application/json"]["users"][number]
export type NewUser = components["schemas"]["NewUser"]
export type UserChange = components["schemas"]["UserChange"]

export const roles = (): { value: Role; label: string; description: string }[] => [
  {
    value: "admin",
    label: t`Administrator`,
    description: t`Sees all employees and changes everything`,
  },
  {
    value: "manager",
    label: t`Manager`,
    description: t`Sees only the members of their own teams`,
  },
  {
    value: "auditor",
    label: t`Auditor`,
    description: t`Sees all employees and the audit log, changes nothing`,
  },
]

export const usersQuery = queryOptions({
  queryKey: ["users"],
  queryFn: async () => (await unwrap(api.GET("/api/users"))).users,
})

export const addUser = (body: NewUser) => unwrap(api.POST("/api/users", { body }))

export const changeUser = ({ user_id, ...body }: UserChange & { user_id: number }) =>
  unwrap(api.PATCH("/api/users/{user_id}", { params: { path: { user_id } }, body }))

export function roleName(role: Role): string {
  return roles().find(({ value }) => value === role)?.label ?? role
}
