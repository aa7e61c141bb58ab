/** Requests about exports. */
import { queryOptions } from "@tanstack/react-query"
import { api, unwrap } from "@/api/client"
import { FILTERS } from "@/api/filters.gen"
import { type ExportFilter, given } from "@/api/logs"
import type { operations } from "@/api/schema"
import type { FileKind } from "./file-kinds"

export type PdfJob = operations["pdf_progress"]["responses"]["200"]["content"]["application/json"]
export type AuditRow =
  operations["audit"]["responses"]["200"]["content"]["application/json"]["rows"][number]

export type CsvKind = Exclude<FileKind, "pdf">

export interface Order {
  filter: ExportFilter
  /** The time zone of the times in the file. */
  zone: string
  /** Recorded in the audit log; empty for none. */
  reason: string
}

const POLL_MS = 700
const RECENT = 6

/** Return the address of a CSV file. Heartbeats have neither screenshots nor locations. */
export function csvAddress(kind: CsvKind, { filter, zone, reason }: Order): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(given(filter))) {
    if (!(name in FILTERS[`export_${kind}`])) continue
    for (const each of [value].flat()) query.append(name, String(each))
  }
  query.set("zone", zone)
  if (reason.trim() !== "") query.set("reason", reason.trim())
  return `/api/exports/${kind}.csv?${query}`
}

/** Start a PDF. This is recorded in the audit log. */
export function beginPdf({ filter, zone, reason }: Order): Promise<PdfJob> {
  const { screenshot = "any", where = [], fact = [], ...others } = given(filter)
  const reasonField = reason.trim() === "" ? {} : { reason: reason.trim() }
  return unwrap(
    api.POST("/api/exports/pdf", {
      body: { ...others, screenshot, where, fact, zone, ...reasonField },
    }),
  )
}

export const pdfQuery = (jobId: string) =>
  queryOptions({
    queryKey: ["pdf", jobId],
    queryFn: () =>
      unwrap(api.GET("/api/exports/{job_id}", { params: { path: { job_id: jobId } } })),
    refetchInterval: ({ state }) => (state.data?.state === "working" ? POLL_MS : false),
    staleTime: 0,
  })

/** The newest exports of all users, for those who may read the audit log. */
export const recentExportsQuery = queryOptions({
  queryKey: ["exports", "recent"],
  queryFn: async () => {
    const kinds = ["export.csv", "export.pdf"].map((action) =>
      unwrap(api.GET("/api/audit", { params: { query: { action, limit: RECENT } } })),
    )
    const pages = await Promise.all(kinds)
    return pages
      .flatMap((page) => page.rows)
      .sort((one, other) => other.audit_id - one.audit_id)
      .slice(0, RECENT)
  },
})
