/** Requests about the user's second factor. */
import { queryOptions } from "@tanstack/react-query"
import { api, unwrap } from "@/api/client"

export const secondFactorQuery = queryOptions({
  queryKey: ["second-factor"],
  queryFn: async () => (await unwrap(api.GET("/api/second-factor"))).is_set_up,
})

export const begin = () => unwrap(api.POST("/api/second-factor"))

export const confirm = (code: string) =>
  unwrap(api.POST("/api/second-factor/confirm", { body: { code } }))

export const remove = (code: string) => api.DELETE("/api/second-factor", { body: { code } })
