/** Requests about a link that sets a password. They send its token in the body: no log has it. */
import { queryOptions } from "@tanstack/react-query"
import { api, unwrap } from "@/api/client"
import type { components } from "@/api/schema"

export type OpenLink = components["schemas"]["OpenLink"]

export const linkQuery = (token: string) =>
  queryOptions({
    queryKey: ["account-link", token],
    queryFn: () => unwrap(api.POST("/api/account-link", { body: { token } })),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })

export const setPasswordByLink = (body: components["schemas"]["GivenPassword"]) =>
  api.POST("/api/account-link/password", { body })
