/** Enrolment tokens at the server. */
import { queryOptions } from "@tanstack/react-query"
import { api, told } from "@/api/client"
import type { components, operations } from "@/api/schema"

export type Token =
  operations["enrolment_tokens"]["responses"]["200"]["content"]["application/json"]["tokens"][number]
export type NewToken = components["schemas"]["NewEnrolmentToken"]

export const tokensQuery = queryOptions({
  queryKey: ["enrolment-tokens"],
  queryFn: async () => (await told(api.GET("/api/enrolment-tokens"))).tokens,
})

export const createToken = (body: NewToken) => told(api.POST("/api/enrolment-tokens", { body }))

export const revokeToken = ({ token_id, ...body }: { token_id: number; with_agents: boolean }) =>
  told(
    api.POST("/api/enrolment-tokens/{token_id}/revoke", { params: { path: { token_id } }, body }),
  )

export type Standing = "active" | "used up" | "expired" | "revoked"

/** Return how *token* stands at *nowMs*. */
export function standingOf(token: Token, nowMs: number): Standing {
  if (token.revoked_at !== null) return "revoked"
  if (token.expires_at !== null && Date.parse(token.expires_at) <= nowMs) return "expired"
  if (token.use_limit !== null && token.uses >= token.use_limit) return "used up"
  return "active"
}
