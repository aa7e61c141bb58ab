/** The teams that this user may see. Managers see only their own. */
import { queryOptions } from "@tanstack/react-query"
import { api, unwrap } from "@/api/client"

export const teamsQuery = queryOptions({
  queryKey: ["teams"],
  queryFn: async () => (await unwrap(api.GET("/api/teams"))).teams,
  staleTime: 60_000,
})
