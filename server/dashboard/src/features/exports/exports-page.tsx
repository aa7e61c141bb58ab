import { t } from "@lingui/core/macro"
import { useQuery, useSuspenseQuery } from "@tanstack/react-query"
import { useState } from "react"
import type { ExportFilter } from "@/api/logs"
import { sessionQuery } from "@/api/session"
import { siteQuery } from "@/api/site"
import { Page } from "@/components/page"
import { Panel } from "@/components/panel"
import { browserZone } from "@/lib/zones"
import { CsvExport } from "./csv-export"
import { ExportFilters, sentenceAt } from "./export-filters"
import classes from "./exports.module.css"
import { FileChoice } from "./file-choice"
import type { FileKind } from "./file-kinds"
import { PdfExport } from "./pdf-export"
import { RecentExports } from "./recent-exports"
import { ZoneSelect } from "./zone-select"

export interface ExportsSearch extends ExportFilter {
  file?: FileKind | undefined
  /** The PDF that is being created, or was. */
  job?: string | undefined
}

interface ExportsPageProps {
  search: ExportsSearch
  onSearch: (change: ExportsSearch) => void
}

/** Stored data as a file. */
export function ExportsPage({ search, onSearch }: ExportsPageProps) {
  const { file = "logs", job, ...filter } = search
  const { role } = useSuspenseQuery(sessionQuery).data
  const [reason, setReason] = useState("")
  const [refused, setRefused] = useState<unknown>(null)
  const change = (part: ExportsSearch) => {
    setRefused(null)
    onSearch(part)
  }
  const site = useQuery(siteQuery)
  const [chosen, setChosen] = useState<string>()
  const zone = chosen ?? browserZone() ?? site.data?.zone ?? "UTC"
  const order = { filter, zone, reason }
  return (
    <Page
      title={t`Exports`}
      lead={t`Download stored data as a file. Every export is logged, and the employees in it can see that.`}
    >
      <div className={classes.columns}>
        <div className={classes.main}>
          <Panel title={t`File type`}>
            <FileChoice value={file} onChange={(kind) => change({ file: kind })} />
          </Panel>
          <Panel title={t`Content`}>
            <ExportFilters
              filter={filter}
              hasScreenshots={file !== "heartbeats"}
              reason={reason}
              refused={refused}
              onChange={change}
              onReason={setReason}
            />
            <div className={classes.foot}>
              <ZoneSelect
                value={zone}
                error={sentenceAt(refused, ["zone"])}
                onChange={(picked) => {
                  setRefused(null)
                  setChosen(picked)
                }}
              />
              {file === "pdf" ? (
                <PdfExport
                  order={order}
                  job={job}
                  onJob={(begun) => onSearch({ job: begun })}
                  onRefused={setRefused}
                />
              ) : (
                <CsvExport key={file} kind={file} order={order} onRefused={setRefused} />
              )}
            </div>
          </Panel>
        </div>
        {role !== "manager" && <RecentExports />}
      </div>
    </Page>
  )
}
