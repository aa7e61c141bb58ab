/** Signing in with a company account, if the server has an OpenID provider. */
import { queryOptions } from "@tanstack/react-query"
import { api, unwrap } from "@/api/client"

export const oidcQuery = queryOptions({
  queryKey: ["oidc"],
  queryFn: () => unwrap(api.GET("/api/oidc")),
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
})

/** Where the browser goes to sign in there. */
export const OIDC_START = "/api/oidc/start"
