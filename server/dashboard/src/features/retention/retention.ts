/** Requests about retention and legal holds. */
import { queryOptions } from "@tanstack/react-query"
import { api, unwrap } from "@/api/client"
import type { operations } from "@/api/schema"

export type Retention = operations["retention"]["responses"]["200"]["content"]["application/json"]
export type Hold = Retention["holds"][number]

export const retentionQuery = queryOptions({
  queryKey: ["retention"],
  queryFn: () => unwrap(api.GET("/api/retention")),
})

/** The same with what a run would delete now. It reads all data, so it runs only on request. */
export const previewQuery = queryOptions({
  queryKey: ["retention", "preview"],
  queryFn: () => unwrap(api.GET("/api/retention", { params: { query: { preview: "yes" } } })),
  staleTime: 0,
})

export const employeesQuery = (search: string) =>
  queryOptions({
    queryKey: ["employees", search],
    queryFn: async () => {
      const query = search === "" ? {} : { search }
      return (await unwrap(api.GET("/api/employees", { params: { query } }))).rows
    },
    staleTime: 60_000,
  })

export const placeHold = ({ employee_id, reason }: { employee_id: number; reason: string }) =>
  api.PUT("/api/employees/{employee_id}/hold", {
    params: { path: { employee_id } },
    body: { reason },
  })

export const releaseHold = (employee_id: number) =>
  api.DELETE("/api/employees/{employee_id}/hold", { params: { path: { employee_id } } })
