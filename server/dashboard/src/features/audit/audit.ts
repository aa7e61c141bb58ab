/** Requests about the audit log. */
import { infiniteQueryOptions } from "@tanstack/react-query"
import { api, unwrap } from "@/api/client"
import type { operations } from "@/api/schema"
import type { Part } from "./filter-choices"

const PAGE = 100

export interface AuditFilter {
  /** Part of the name of the actor or of the employee. */
  person?: string
  as?: Part
  action?: string
  employee_id?: number
}

export type AuditRow =
  operations["audit"]["responses"]["200"]["content"]["application/json"]["rows"][number]

export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ["audit", filter],
    queryFn: ({ pageParam }) => {
      const before = pageParam === null ? {} : { before: pageParam }
      return unwrap(
        api.GET("/api/audit", { params: { query: { ...filter, ...before, limit: PAGE } } }),
      )
    },
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next_before,
  })
