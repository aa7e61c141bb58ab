/** Requests about the directory: employees, changes of them, and imports. */
import { infiniteQueryOptions, type QueryClient, queryOptions } from "@tanstack/react-query"
import { api, unwrap } from "@/api/client"
import type { components } from "@/api/schema"

const PAGE = 100

export type EmployeeRow = components["schemas"]["EmployeeRow"]
export type NewEmployee = components["schemas"]["NewEmployee"]
export type EmployeeChange = components["schemas"]["EmployeeChange"]
export type ImportResult = components["schemas"]["ImportResult"]
export type ImportRow = ImportResult["rows"][number]
export type ImportSummary = components["schemas"]["ImportSummary"]

export interface EmployeeFilter {
  search?: string
  team?: number
}

export const EMPLOYEES = ["employees"] as const

export const employeesQuery = (filter: EmployeeFilter) =>
  infiniteQueryOptions({
    queryKey: [...EMPLOYEES, filter],
    queryFn: ({ pageParam }) => {
      const page = pageParam === null ? {} : { page: pageParam }
      return unwrap(
        api.GET("/api/employees", { params: { query: { ...filter, ...page, limit: PAGE } } }),
      )
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_page,
  })

export const lastImportQuery = queryOptions({
  queryKey: ["last-import"],
  queryFn: async () => (await unwrap(api.GET("/api/employees/import"))).last,
})

export const addEmployee = (body: NewEmployee) => unwrap(api.POST("/api/employees", { body }))

export const changeEmployee = ({
  employee_id,
  ...body
}: EmployeeChange & { employee_id: number }) =>
  api.PATCH("/api/employees/{employee_id}", { params: { path: { employee_id } }, body })

export const importEmployees = (body: { csv: string; dry_run: boolean }) =>
  unwrap(api.POST("/api/employees/import", { body }))

export const undoImport = () => unwrap(api.POST("/api/employees/import/undo"))

/** Load again what shows employees, after a change of them. */
export async function reloadEmployees(client: QueryClient): Promise<void> {
  const keys = [EMPLOYEES, lastImportQuery.queryKey, ["employee"], ["presence"], ["teams"]]
  await Promise.all(keys.map((queryKey) => client.invalidateQueries({ queryKey })))
}
