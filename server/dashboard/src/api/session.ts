/** Who is signed in. */
import { queryOptions } from "@tanstack/react-query"
import { api, setCsrfToken, unwrap } from "@/api/client"
import type { components, operations } from "@/api/schema"

export type Session = operations["who_am_i"]["responses"]["200"]["content"]["application/json"]
export type Role = Session["role"]
export type Credentials = components["schemas"]["SignIn"]

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async () => rememberSession(await unwrap(api.GET("/api/session"))),
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
  retry: false,
})

/** Sign in; throws AnswerError `login_failed`, `second_factor_required`, `too_many_logins`. */
export async function signIn(body: Credentials): Promise<Session> {
  return rememberSession(await unwrap(api.POST("/api/session", { body })))
}

export async function signOut(): Promise<void> {
  await api.DELETE("/api/session")
  setCsrfToken("")
}

/** Note the token that every change has to send; return the session. */
export function rememberSession(session: Session): Session {
  setCsrfToken(session.csrf_token)
  return session
}
