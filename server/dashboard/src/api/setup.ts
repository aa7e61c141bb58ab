/** The first administrator of a server without accounts. */
import { queryOptions } from "@tanstack/react-query"
import { api, unwrap } from "@/api/client"
import type { components } from "@/api/schema"
import { rememberSession } from "@/api/session"

export type NewAdmin = components["schemas"]["NewAdmin"]

export const setupQuery = queryOptions({
  queryKey: ["setup"],
  queryFn: async () => (await unwrap(api.GET("/api/setup"))).is_needed,
  retry: false,
})

/** Create the administrator and begin their session; throws AnswerError with the field to blame. */
export const createFirstAdmin = async (body: NewAdmin) =>
  rememberSession(await unwrap(api.POST("/api/setup", { body })))
