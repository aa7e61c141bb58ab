/** Detailed logs. Each request is recorded in the audit log, so nothing is requested twice or in advance. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query"
import { api, errorOf, unwrap } from "@/api/client"
import { OfflineError } from "@/api/errors"
import type { components, operations } from "@/api/schema"

export type LogEntry = components["schemas"]["LogEntry"]
export type LogDetail = components["schemas"]["LogDetail"]
type Query = NonNullable<operations["logs"]["parameters"]["query"]>
type Filters = Omit<Query, "page" | "limit">
export type LogFilter = { [K in keyof Filters]?: Filters[K] | undefined }
/** The same of exports, which have no missed logs. */
export type ExportFilter = Omit<LogFilter, "kind" | "reason">

const PAGE = 50
const ONCE = { staleTime: Number.POSITIVE_INFINITY, refetchOnWindowFocus: false } as const

export const logsQuery = (filter: LogFilter) =>
  infiniteQueryOptions({
    queryKey: ["logs", filter],
    queryFn: ({ pageParam, signal }) => {
      const page = pageParam === null ? {} : { page: pageParam }
      return unwrap(
        api.GET("/api/logs", {
          params: { query: { ...given(filter), ...page, limit: PAGE } },
          signal,
        }),
      )
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_page,
    ...ONCE,
    gcTime: 60_000,
  })

/** Return the fields of *filter* that are set. */
export const given = (filter: LogFilter): Filters =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined))

/** Where logs were taken. */
export const placesQuery = queryOptions({
  queryKey: ["places"],
  queryFn: async () => (await unwrap(api.GET("/api/places"))).places,
  staleTime: 600_000,
  refetchOnWindowFocus: false,
  refetchOnReconnect: false,
})

export const logQuery = (logId: string) =>
  queryOptions({
    queryKey: ["log", logId],
    queryFn: () => unwrap(api.GET("/api/logs/{log_id}", { params: { path: { log_id: logId } } })),
    ...ONCE,
  })

/** The image of a screenshot, or the server's reason why it is not there. */
export const screenshotQuery = (url: string) =>
  queryOptions({
    queryKey: ["screenshot", url],
    queryFn: async ({ signal }) => {
      const answer = await fetch(url, { signal }).catch(() => {
        throw new OfflineError()
      })
      if (!answer.ok) throw await errorOf(answer)
      return answer.blob()
    },
    ...ONCE,
    gcTime: 60_000,
  })
