/** What an employee may ask for: the own data, and who looked at it. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query"
import { api, told } from "@/api/client"
import { codeOf } from "@/api/errors"
import type { logQuery } from "@/api/logs"
import type { components, operations } from "@/api/schema"

export type MySession = operations["my_session"]["responses"]["200"]["content"]["application/json"]
export type Look = components["schemas"]["Look"]

export const ZIP = "/api/my-data/export.zip"
const PAGE = 20
const CLOSED = ["my_session_missing", "my_link_unknown", "my_link_used", "my_link_expired"]

/** Tell whether the page is closed, and a new link opens it again. */
export const isClosed = (error: unknown) => CLOSED.includes(codeOf(error) ?? "")

/** The session that *code* of a link opens, once; without one the session that is open. */
export const mySessionQuery = (code: string) =>
  queryOptions({
    queryKey: ["my", "session", code],
    queryFn: (): Promise<MySession> =>
      code === ""
        ? told(api.GET("/api/my-session"))
        : told(api.POST("/api/my-session", { body: { code } })),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  })

export const closeMySession = () => api.DELETE("/api/my-session")

export const myDataQuery = queryOptions({
  queryKey: ["my", "data"],
  queryFn: () => told(api.GET("/api/my-data")),
})

export const myDayQuery = (workday: string) =>
  queryOptions({
    queryKey: ["my", "day", workday],
    queryFn: () => told(api.GET("/api/my-data/days/{workday}", { params: { path: { workday } } })),
  })

export const myLogQuery = ((logId: string) =>
  queryOptions({
    queryKey: ["log", logId],
    queryFn: () =>
      told(api.GET("/api/my-data/logs/{log_id}", { params: { path: { log_id: logId } } })),
  })) as typeof logQuery

export const myLooksQuery = infiniteQueryOptions({
  queryKey: ["my", "looks"],
  queryFn: ({ pageParam }) => {
    const before = pageParam === null ? {} : { before: pageParam }
    return told(api.GET("/api/my-data/audit", { params: { query: { ...before, limit: PAGE } } }))
  },
  initialPageParam: null as number | null,
  getNextPageParam: (page) => page.next_before,
})
