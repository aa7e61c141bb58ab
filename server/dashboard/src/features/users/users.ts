/** Who may sign in, at the server. */
import { queryOptions } from "@tanstack/react-query"
import { api, told } from "@/api/client"
import type { components, operations } from "@/api/schema"
import type { Role } from "@/api/session"

export type User =
  operations["users"]["responses"]["200"]["content"]["application/json"]["users"][number]
export type NewUser = components["schemas"]["NewUser"]
export type UserChange = components["schemas"]["UserChange"]

export const LEAST_CHARACTERS = 12

export const ROLES: readonly { value: Role; label: string; description: string }[] = [
  {
    value: "admin",
    label: "Administrator",
    description: "Sees all employees and changes everything",
  },
  { value: "manager", label: "Manager", description: "Sees only the members of their own teams" },
  {
    value: "auditor",
    label: "Auditor",
    description: "Sees all employees and the audit log, changes nothing",
  },
]

export const usersQuery = queryOptions({
  queryKey: ["users"],
  queryFn: async () => (await told(api.GET("/api/users"))).users,
})

export const addUser = (body: NewUser) => told(api.POST("/api/users", { body }))

export const changeUser = ({ user_id, ...body }: UserChange & { user_id: number }) =>
  told(api.PATCH("/api/users/{user_id}", { params: { path: { user_id } }, body }))

export function roleName(role: Role): string {
  return ROLES.find(({ value }) => value === role)?.label ?? role
}
