/** Device activity by day. Viewing it is recorded in the audit log, so it is never prefetched. */
import { infiniteQueryOptions } from "@tanstack/react-query"
import { api, unwrap } from "@/api/client"
import type { components } from "@/api/schema"

export type Attendance = components["schemas"]["Attendance"]
export type EmployeeAttendance = components["schemas"]["EmployeeAttendance"]
export type AttendanceDay = components["schemas"]["AttendanceDay"]

const PAGE = 50

export interface AttendanceFilter {
  /** A username or a number. */
  employee?: string
  team?: number
  from: string
  to: string
}

export const attendanceQuery = (filter: AttendanceFilter) =>
  infiniteQueryOptions({
    queryKey: ["attendance", filter],
    queryFn: ({ pageParam }) => {
      const page = pageParam === null ? {} : { page: pageParam }
      return unwrap(
        api.GET("/api/attendance", { params: { query: { ...filter, ...page, limit: PAGE } } }),
      )
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_page,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    gcTime: 60_000,
  })

/** Return the address of the same as a file. */
export function attendanceFile(
  kind: "csv" | "pdf",
  { employee, team, from, to }: AttendanceFilter,
): string {
  const query = new URLSearchParams({ from, to })
  if (employee !== undefined) query.set("employee", employee)
  if (team !== undefined) query.set("team", String(team))
  return `/api/exports/attendance.${kind}?${query}`
}
