import { useQuery, useSuspenseQuery } from "@tanstack/react-query"
import { useState } from "react"
import { sessionQuery } from "@/api/session"
import { siteQuery } from "@/api/site"
import { teamsQuery } from "@/api/teams"
import { Page } from "@/components/page"
import { Panel } from "@/components/panel"
import { browserZone } from "@/lib/zones"
import { CsvExport } from "./csv-export"
import { ExportFilters, sentenceAt } from "./export-filters"
import type { ExportFilter, FileKind } from "./exports"
import classes from "./exports.module.css"
import { FileChoice } from "./file-choice"
import { Lately } from "./lately"
import { PdfExport } from "./pdf-export"
import { ZoneSelect } from "./zone-select"

export interface ExportsSearch extends ExportFilter {
  file?: FileKind | undefined
  /** The PDF that is being made or was. */
  job?: string | undefined
}

interface ExportsPageProps {
  search: ExportsSearch
  onSearch: (change: ExportsSearch) => void
}

/** What is kept, as a file. */
export function ExportsPage({ search, onSearch }: ExportsPageProps) {
  const { file = "logs", job, ...filter } = search
  const { role } = useSuspenseQuery(sessionQuery).data
  const teams = useQuery(teamsQuery)
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
      title="Exports"
      lead="Download stored data as a file. Every export is logged, and the employees in it can see that."
    >
      <div className={classes.columns}>
        <div className={classes.main}>
          <Panel title="File type">
            <FileChoice value={file} onChange={(kind) => change({ file: kind })} />
          </Panel>
          <Panel title="Content">
            <ExportFilters
              filter={filter}
              hasPictures={file !== "heartbeats"}
              teams={teams.data}
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
        {role !== "manager" && <Lately />}
      </div>
    </Page>
  )
}
