/** What every page needs to know about this server. */
import { queryOptions } from "@tanstack/react-query"
import { api, unwrap } from "@/api/client"
import type { operations } from "@/api/schema"

export type Site = operations["site"]["responses"]["200"]["content"]["application/json"]

export const siteQuery = queryOptions({
  queryKey: ["site"],
  queryFn: () => unwrap(api.GET("/api/site")),
  staleTime: 5 * 60_000,
})
