/** Requests about the user's own account. */
import { queryOptions } from "@tanstack/react-query"
import { api, unwrap } from "@/api/client"
import type { components } from "@/api/schema"

export const accountQuery = queryOptions({
  queryKey: ["account"],
  queryFn: () => unwrap(api.GET("/api/account")),
})

export const ownSessionsQuery = queryOptions({
  queryKey: ["account", "sessions"],
  queryFn: async () => (await unwrap(api.GET("/api/account/sessions"))).sessions,
})

/** Change the password; return how many other sessions ended. */
export const changePassword = async (body: components["schemas"]["PasswordChange"]) =>
  (await unwrap(api.POST("/api/account/password", { body }))).ended

export const endSession = (session_id: string) =>
  api.DELETE("/api/account/sessions/{session_id}", { params: { path: { session_id } } })

export const endOthers = () => unwrap(api.DELETE("/api/account/sessions"))
