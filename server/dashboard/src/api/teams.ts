/** The teams that this user may see; a manager's own ones. */
import { queryOptions } from "@tanstack/react-query"
import { api, told } from "@/api/client"

export const teamsQuery = queryOptions({
  queryKey: ["teams"],
  queryFn: async () => (await told(api.GET("/api/teams"))).teams,
  staleTime: 60_000,
})
