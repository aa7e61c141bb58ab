/** What employees may request: their own data, and who viewed it. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query"
import { api, unwrap } from "@/api/client"
import { codeOf } from "@/api/errors"
import type { logQuery } from "@/api/logs"
import type { operations } from "@/api/schema"

export type MySession = operations["my_session"]["responses"]["200"]["content"]["application/json"]

export const ZIP = "/api/my-data/export.zip"
const PAGE = 20
const CLOSED = ["my_session_missing", "my_link_unknown", "my_link_used", "my_link_expired"]

/** Return whether the page has closed, so that it needs a new link. */
export const isClosed = (error: unknown) => CLOSED.includes(codeOf(error) ?? "")

/** The session that the *code* of a link opens, once. Without a code, the open session. */
export const mySessionQuery = (code: string) =>
  queryOptions({
    queryKey: ["my", "session", code],
    queryFn: (): Promise<MySession> =>
      code === ""
        ? unwrap(api.GET("/api/my-session"))
        : unwrap(api.POST("/api/my-session", { body: { code } })),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  })

export const closeMySession = () => api.DELETE("/api/my-session")

export const myDataQuery = queryOptions({
  queryKey: ["my", "data"],
  queryFn: () => unwrap(api.GET("/api/my-data")),
})

export const myDayQuery = (workday: string) =>
  queryOptions({
    queryKey: ["my", "day", workday],
    queryFn: () =>
      unwrap(api.GET("/api/my-data/days/{workday}", { params: { path: { workday } } })),
  })

export const myLogQuery = ((logId: string) =>
  queryOptions({
    queryKey: ["log", logId],
    queryFn: () =>
      unwrap(api.GET("/api/my-data/logs/{log_id}", { params: { path: { log_id: logId } } })),
  })) as typeof logQuery

export const myAttendanceQuery = queryOptions({
  queryKey: ["my", "attendance"],
  queryFn: () => unwrap(api.GET("/api/my-data/attendance")),
})

export const myPlanQuery = (year: number) =>
  queryOptions({
    queryKey: ["my", "planned-days", year],
    queryFn: () => {
      const query = { first: `${year}-01-01`, last: `${year}-12-31` }
      return unwrap(api.GET("/api/my-data/planned-days", { params: { query } }))
    },
  })

export const myViewsQuery = infiniteQueryOptions({
  queryKey: ["my", "views"],
  queryFn: ({ pageParam }) => {
    const before = pageParam === null ? {} : { before: pageParam }
    return unwrap(api.GET("/api/my-data/audit", { params: { query: { ...before, limit: PAGE } } }))
  },
  initialPageParam: null as number | null,
  getNextPageParam: (page) => page.next_before,
})
