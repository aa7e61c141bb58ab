/** Requests about employees who leave the company. */
import { queryOptions } from "@tanstack/react-query"
import { api, unwrap } from "@/api/client"
import type { components } from "@/api/schema"

export type Departure = components["schemas"]["Departure"]
export type NewDeparture = components["schemas"]["NewDeparture"]
export type DepartureResult = components["schemas"]["DepartureResult"]

const of = (employee_id: number) => ({ params: { path: { employee_id } } })

export const departureQuery = (employee_id: number) =>
  queryOptions({
    queryKey: ["employee", employee_id, "departure"],
    queryFn: async () =>
      (await unwrap(api.GET("/api/employees/{employee_id}/departure", of(employee_id)))).departure,
  })

export const leaveCompany = (employee_id: number, body: NewDeparture) =>
  unwrap(api.PUT("/api/employees/{employee_id}/departure", { ...of(employee_id), body }))

export const undoDeparture = (employee_id: number) =>
  api.DELETE("/api/employees/{employee_id}/departure", of(employee_id))

export const makeMyDataLink = (employee_id: number) =>
  unwrap(api.POST("/api/employees/{employee_id}/departure/my-data-link", of(employee_id)))
