/** What every page must know of this server. */
import { queryOptions } from "@tanstack/react-query"
import { api, told } from "@/api/client"
import type { operations } from "@/api/schema"

export type Site = operations["site"]["responses"]["200"]["content"]["application/json"]

export const siteQuery = queryOptions({
  queryKey: ["site"],
  queryFn: () => told(api.GET("/api/site")),
  staleTime: 5 * 60_000,
})
