/** Signing in with the company's account, where the server knows a provider. */
import { queryOptions } from "@tanstack/react-query"
import { api, told } from "@/api/client"

export const oidcQuery = queryOptions({
  queryKey: ["oidc"],
  queryFn: () => told(api.GET("/api/oidc")),
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
})

/** Where the browser goes to sign in there. */
export const OIDC_START = "/api/oidc/start"
