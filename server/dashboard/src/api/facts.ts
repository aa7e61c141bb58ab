/** Which plugins the devices have, and the facts that they declare. */
import { queryOptions } from "@tanstack/react-query"
import { api, unwrap } from "@/api/client"

export const pluginsQuery = queryOptions({
  queryKey: ["facts", "plugins"],
  queryFn: async () => (await unwrap(api.GET("/api/facts"))).plugins,
  staleTime: 60_000,
})
