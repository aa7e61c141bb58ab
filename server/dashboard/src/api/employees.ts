/** Employees, their devices and their days. Viewing a day is recorded in the audit log, so it is never prefetched. */
import { queryOptions } from "@tanstack/react-query"
import { api, unwrap } from "@/api/client"
import type { components } from "@/api/schema"

export type Employee = components["schemas"]["Employee"]
export type EmployeeDay = components["schemas"]["EmployeeDay"]
export type AgentDay = components["schemas"]["AgentDay"]
export type SlotOutcome = components["schemas"]["SlotOutcome"]
export type DaySummary = components["schemas"]["DaySummary"]

const SUGGESTIONS = 8

export const employeeQuery = (employeeId: number) =>
  queryOptions({
    queryKey: ["employee", employeeId],
    queryFn: () =>
      unwrap(
        api.GET("/api/employees/{employee_id}", { params: { path: { employee_id: employeeId } } }),
      ),
  })

export const dayQuery = (employeeId: number, workday: string) =>
  queryOptions({
    queryKey: ["day", employeeId, workday],
    queryFn: () =>
      unwrap(
        api.GET("/api/employees/{employee_id}/days/{workday}", {
          params: { path: { employee_id: employeeId, workday } },
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    gcTime: 60_000,
  })

/** A few employees whose names contain *words*. */
export const suggestionsQuery = (words: string) =>
  queryOptions({
    queryKey: ["suggestions", words],
    queryFn: async () => {
      const query = { search: words, limit: SUGGESTIONS }
      return (await unwrap(api.GET("/api/employees", { params: { query } }))).rows
    },
    staleTime: 30_000,
  })
