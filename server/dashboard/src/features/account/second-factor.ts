/** The second factor of who is signed in, at the server. */
import { queryOptions } from "@tanstack/react-query"
import { api, told } from "@/api/client"

export const secondFactorQuery = queryOptions({
  queryKey: ["second-factor"],
  queryFn: async () => (await told(api.GET("/api/second-factor"))).is_set_up,
})

export const begin = () => told(api.POST("/api/second-factor"))

export const confirm = (code: string) =>
  told(api.POST("/api/second-factor/confirm", { body: { code } }))

export const remove = (code: string) => api.DELETE("/api/second-factor", { body: { code } })
