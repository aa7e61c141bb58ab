/** Requests about enrollment tokens. */
import { queryOptions } from "@tanstack/react-query"
import { api, unwrap } from "@/api/client"
import type { components, operations } from "@/api/schema"

export type Token =
  operations["enrollment_tokens"]["responses"]["200"]["content"]["application/json"]["tokens"][number]
export type NewToken = components["schemas"]["NewEnrollmentToken"]

export const tokensQuery = queryOptions({
  queryKey: ["enrolment-tokens"],
  queryFn: async () => (await unwrap(api.GET("/api/enrolment-tokens"))).tokens,
})

export const createToken = (body: NewToken) => unwrap(api.POST("/api/enrolment-tokens", { body }))

export const revokeToken = ({ token_id, ...body }: { token_id: number; with_agents: boolean }) =>
  unwrap(
    api.POST("/api/enrolment-tokens/{token_id}/revoke", { params: { path: { token_id } }, body }),
  )

export type Status = "active" | "used_up" | "expired" | "revoked"

/** Return the status of *token* at *nowMs*. */
export function statusOf(token: Token, nowMs: number): Status {
  if (token.revoked_at !== null) return "revoked"
  if (token.expires_at !== null && Date.parse(token.expires_at) <= nowMs) return "expired"
  if (token.use_limit !== null && token.uses >= token.use_limit) return "used_up"
  return "active"
}
