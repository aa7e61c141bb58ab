/** Requests about users. */
import { t } from "@lingui/core/macro"
import { queryOptions } from "@tanstack/react-query"
import { api, unwrap } from "@/api/client"
import type { components, operations } from "@/api/schema"
import type { Role } from "@/api/session"

export type User =
  operations["users"]["responses"]["200"]["content"]["application/json"]["users"][number]
export type CreatedLink = components["schemas"]["CreatedLink"]
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
  queryFn: () => unwrap(api.GET("/api/users")),
})

export const userSessionsQuery = (user_id: number) =>
  queryOptions({
    queryKey: ["users", user_id, "sessions"],
    queryFn: async () =>
      (await unwrap(api.GET("/api/users/{user_id}/sessions", { params: { path: { user_id } } })))
        .sessions,
  })

export const inviteUser = (body: components["schemas"]["NewInvitation"]) =>
  unwrap(api.POST("/api/users/invitations", { body }))

/** Make a link that sets the user's password; the last one stops working. */
export const createLink = ({ user_id, email }: { user_id: number; email: string | null }) =>
  unwrap(api.POST("/api/users/{user_id}/link", { params: { path: { user_id } }, body: { email } }))

export const endSessions = (user_id: number) =>
  unwrap(api.DELETE("/api/users/{user_id}/sessions", { params: { path: { user_id } } }))

export const changeUser = ({ user_id, ...body }: UserChange & { user_id: number }) =>
  unwrap(api.PATCH("/api/users/{user_id}", { params: { path: { user_id } }, body }))

export function roleName(role: Role): string {
  return roles().find(({ value }) => value === role)?.label ?? role
}
