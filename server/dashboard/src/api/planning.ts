/** Schedules, public holidays and leave, and the days that follow from them. */
import { type QueryClient, queryOptions } from "@tanstack/react-query"
import { api, unwrap } from "@/api/client"
import type { components } from "@/api/schema"

type Schemas = components["schemas"]
export type HolderName = Schemas["HolderName"]
export type ScheduleRow = Schemas["ScheduleRow"]
export type WeekHours = Schemas["WeekHours"]
export type Hours = Schemas["Hours"]
export type HolidayRegionRow = Schemas["HolidayRegionRow"]
export type HolidayDayRow = Schemas["HolidayDayRow"]
export type LeaveRow = Schemas["LeaveRow"]
export type LeaveFeedRow = Schemas["LeaveFeedRow"]
export type PlannedDaysTable = Schemas["PlannedDaysTable"]
export type LeaveImportResult = Schemas["LeaveImportResult"]

const PLANNING = "planning"

export const schedulesQuery = queryOptions({
  queryKey: [PLANNING, "schedules"],
  queryFn: async () => (await unwrap(api.GET("/api/schedules"))).schedules,
})

export const holidayRulesQuery = queryOptions({
  queryKey: [PLANNING, "holidays"],
  queryFn: () => unwrap(api.GET("/api/holidays")),
})

export const holidayCountriesQuery = queryOptions({
  queryKey: ["holiday-countries"],
  queryFn: async () => (await unwrap(api.GET("/api/holidays/countries"))).countries,
  staleTime: Number.POSITIVE_INFINITY,
})

export const publicHolidaysQuery = (country: string, region: string | null, year: number) =>
  queryOptions({
    queryKey: ["public-holidays", country, region, year],
    queryFn: async () => {
      const query = { country, year, ...(region === null ? {} : { region }) }
      return (await unwrap(api.GET("/api/holidays/public", { params: { query } }))).holidays
    },
    staleTime: Number.POSITIVE_INFINITY,
  })

export const leaveQuery = (employeeId?: number) =>
  queryOptions({
    queryKey: [PLANNING, "leave", employeeId ?? null],
    queryFn: () => {
      const query = employeeId === undefined ? {} : { employee_id: employeeId }
      return unwrap(api.GET("/api/leave", { params: { query } }))
    },
  })

export const leaveFeedsQuery = queryOptions({
  queryKey: [PLANNING, "feeds"],
  queryFn: async () => (await unwrap(api.GET("/api/leave/feeds"))).feeds,
})

export interface PlannedOf {
  team_id?: number
  employee_id?: number
}

export const plannedQuery = (year: number, of: PlannedOf) =>
  queryOptions({
    queryKey: [PLANNING, "days", year, of],
    queryFn: () => {
      const query = { first: `${year}-01-01`, last: `${year}-12-31`, ...of }
      return unwrap(api.GET("/api/planned-days", { params: { query } }))
    },
  })

export const addSchedule = (body: Schemas["NewSchedule"]) =>
  unwrap(api.POST("/api/schedules", { body }))

export const changeSchedule = ({
  schedule_id,
  ...body
}: Schemas["ScheduleChange"] & { schedule_id: number }) =>
  api.PATCH("/api/schedules/{schedule_id}", { params: { path: { schedule_id } }, body })

export const deleteSchedule = (schedule_id: number) =>
  api.DELETE("/api/schedules/{schedule_id}", { params: { path: { schedule_id } } })

export const chooseHolidays = (body: Schemas["NewHolidayRegion"]) =>
  unwrap(api.PUT("/api/holidays/regions", { body }))

export const clearHolidays = (region_id: number) =>
  api.DELETE("/api/holidays/regions/{region_id}", { params: { path: { region_id } } })

export const addHoliday = (body: Schemas["NewHolidayDay"]) =>
  unwrap(api.POST("/api/holidays/days", { body }))

export const deleteHoliday = (change_id: number) =>
  api.DELETE("/api/holidays/days/{change_id}", { params: { path: { change_id } } })

export const addLeave = (body: Schemas["NewLeave"]) => unwrap(api.POST("/api/leave", { body }))

export const changeLeave = ({ leave_id, ...body }: Schemas["LeaveDays"] & { leave_id: number }) =>
  api.PATCH("/api/leave/{leave_id}", { params: { path: { leave_id } }, body })

export const deleteLeave = (leave_id: number) =>
  api.DELETE("/api/leave/{leave_id}", { params: { path: { leave_id } } })

export const importLeave = (body: { csv: string; dry_run: boolean }) =>
  unwrap(api.POST("/api/leave/import", { body }))

export const addLeaveFeed = async (body: Schemas["NewLeaveFeed"]) => {
  const { feed_id } = await unwrap(api.POST("/api/leave/feeds", { body }))
  await readLeaveFeed(feed_id)
}

export const readLeaveFeed = (feed_id: number) =>
  api.POST("/api/leave/feeds/{feed_id}/read", { params: { path: { feed_id } } })

export const deleteLeaveFeed = (feed_id: number) =>
  api.DELETE("/api/leave/feeds/{feed_id}", { params: { path: { feed_id } } })

/** Load again what follows from schedules, holidays or leave. */
export async function reloadPlanning(client: QueryClient): Promise<void> {
  await client.invalidateQueries({ queryKey: [PLANNING] })
}
