/** What can be taken out of the server as a file, and what was. */
import { queryOptions } from "@tanstack/react-query"
import { api, told } from "@/api/client"
import { given, type LogFilter } from "@/api/logs"
import type { operations } from "@/api/schema"

export type PdfJob = operations["pdf_progress"]["responses"]["200"]["content"]["application/json"]
export type AuditRow =
  operations["audit"]["responses"]["200"]["content"]["application/json"]["rows"][number]

export const FILES = ["logs", "heartbeats", "pdf"] as const
export type FileKind = (typeof FILES)[number]
export type CsvKind = Exclude<FileKind, "pdf">

/** What is exported: the filters of the page of logs, without missed slots. */
export type ExportFilter = Pick<
  LogFilter,
  "employee" | "team" | "from" | "to" | "screenshot" | "place"
>

export interface Order {
  filter: ExportFilter
  /** For the times in the file. */
  zone: string
  /** For the record; empty is none. */
  reason: string
}

const POLL_MS = 700
const LATELY = 6

/** Return the address of a CSV file. Heartbeats know neither pictures nor places. */
export function csvAddress(kind: CsvKind, { filter, zone, reason }: Order): string {
  const { screenshot, place, ...people } = filter
  const wanted = kind === "logs" ? filter : people
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(given(wanted))) query.set(name, String(value))
  query.set("zone", zone)
  if (reason.trim() !== "") query.set("reason", reason.trim())
  return `/api/exports/${kind}.csv?${query}`
}

/** Begin a PDF; it is on record from now on. */
export function beginPdf({ filter, zone, reason }: Order): Promise<PdfJob> {
  const { screenshot = "any", ...others } = given(filter)
  const said = reason.trim() === "" ? {} : { reason: reason.trim() }
  return told(api.POST("/api/exports/pdf", { body: { ...others, screenshot, zone, ...said } }))
}

export const pdfQuery = (jobId: string) =>
  queryOptions({
    queryKey: ["pdf", jobId],
    queryFn: () => told(api.GET("/api/exports/{job_id}", { params: { path: { job_id: jobId } } })),
    refetchInterval: ({ state }) => (state.data?.state === "working" ? POLL_MS : false),
    staleTime: 0,
  })

/** The newest exports of everybody, for those who may read the audit. */
export const latelyQuery = queryOptions({
  queryKey: ["exports", "lately"],
  queryFn: async () => {
    const kinds = ["export.csv", "export.pdf"].map((action) =>
      told(api.GET("/api/audit", { params: { query: { action, limit: LATELY } } })),
    )
    const pages = await Promise.all(kinds)
    return pages
      .flatMap((page) => page.rows)
      .sort((one, other) => other.audit_id - one.audit_id)
      .slice(0, LATELY)
  },
})
