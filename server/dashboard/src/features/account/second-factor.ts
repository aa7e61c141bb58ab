/** The second factor of who is signed in, at the server. */
import { api, told } from "@/api/client"

export const begin = () => told(api.POST("/api/second-factor"))

export const confirm = (code: string) =>
  told(api.POST("/api/second-factor/confirm", { body: { code } }))

export const remove = (code: string) => api.DELETE("/api/second-factor", { body: { code } })
