import { Anchor, Button, Code, Group, Select, Text } from "@mantine/core"
import { useInfiniteQuery } from "@tanstack/react-query"
import ScrollText from "lucide-react/icons/scroll-text"
import { useState } from "react"
import type { Column } from "@/components/data-table"
import { Message } from "@/components/message"
import { Moment } from "@/components/moment"
import { NoMatch } from "@/components/no-match"
import { Page } from "@/components/page"
import { PagedTable } from "@/components/paged-table"
import { Panel } from "@/components/panel"
import { SearchField } from "@/components/search-field"
import { TextLink } from "@/components/text-link"
import { ACTIONS, actionWords, actorOf } from "@/lib/actions"
import { shortOf } from "@/lib/times"
import { type AuditFilter, type AuditRow, auditQuery } from "./audit"

interface AuditPageProps {
  filter: AuditFilter
  onFilter: (filter: AuditFilter) => void
}

/** Who did what, when, whose data, and why. */
export function AuditPage({ filter, onFilter }: AuditPageProps) {
  return (
    <Page
      title="Audit log"
      lead={
        <>
          Who viewed or changed what. Each entry contains a hash of the previous one;{" "}
          <Code>wfhserver audit verify</Code> finds entries that were changed.
        </>
      }
    >
      <Panel title="Entries" aside={<Filters filter={filter} onFilter={onFilter} />}>
        <Rows filter={filter} onClear={() => onFilter({})} />
      </Panel>
    </Page>
  )
}

const ANY = "any"
const ROLES = [
  { value: ANY, label: "As viewer or viewed" },
  { value: "viewer", label: "Actor" },
  { value: "viewed", label: "Employee concerned" },
]

function Filters({ filter, onFilter }: AuditPageProps) {
  const changed = (change: Partial<Record<keyof AuditFilter, string | undefined>>) => {
    const all = Object.entries({ ...filter, ...change })
    onFilter(Object.fromEntries(all.filter(([, value]) => value !== undefined)))
  }
  return (
    <Group gap="xs">
      {filter.employee_id !== undefined && (
        <Button variant="default" onClick={() => changed({ employee_id: undefined })}>
          All entries
        </Button>
      )}
      <SearchField
        label="Name of a person"
        value={filter.person ?? ""}
        onSearch={(person) => changed({ person })}
      />
      <Select
        aria-label="As"
        data={ROLES}
        value={filter.as ?? ANY}
        allowDeselect={false}
        onChange={(as) => changed({ as: as === null || as === ANY ? undefined : as })}
        w={190}
      />
      <Select
        aria-label="Action"
        placeholder="All actions"
        data={ACTIONS}
        value={filter.action ?? null}
        onChange={(action) => changed({ action: action ?? undefined })}
        clearable
        searchable
        clearButtonProps={{ "aria-label": "All actions" }}
        w={240}
      />
    </Group>
  )
}

function Rows({ filter, onClear }: { filter: AuditFilter; onClear: () => void }) {
  const isFiltered = Object.keys(filter).length > 0
  return (
    <PagedTable
      label="Audit log"
      columns={COLUMNS}
      found={useInfiniteQuery(auditQuery(filter))}
      keyOf={(row) => row.audit_id}
      more="Load older entries"
      empty={
        isFiltered ? (
          <NoMatch what="entries" onClear={onClear}>
            No entries match these filters, or they are older than the retention.
          </NoMatch>
        ) : (
          <Message icon={ScrollText} title="No entries yet">
            Whoever views or changes something is recorded here.
          </Message>
        )
      }
    />
  )
}

const COLUMNS: readonly Column<AuditRow>[] = [
  { title: "When", width: "10rem", cell: (row) => <Moment at={row.at}>{shortOf(row.at)}</Moment> },
  { title: "Who", isName: true, width: "9rem", cell: (row) => actorOf(row.actor) },
  { title: "What", width: "12rem", cell: (row) => actionWords(row.action) },
  { title: "Whose data", isText: true, cell: (row) => <Whose row={row} /> },
  { title: "Why", isText: true, cell: (row) => row.reason },
  {
    title: "Details",
    isText: true,
    width: "13rem",
    cell: (row) => <Details details={row.details} />,
  },
  { title: "Row", align: "end", width: "3.5rem", cell: (row) => row.audit_id },
]

// A page of logs concerns dozens.
const FEW = 4

function Whose({ row }: { row: AuditRow }) {
  const [isWhole, setIsWhole] = useState(false)
  const shown = isWhole ? row.employees : row.employees.slice(0, FEW)
  const more = row.employee_count - shown.length
  return (
    <>
      {shown.map(({ employee_id, username }, index) => (
        <span key={employee_id}>
          {index > 0 && ", "}
          {username === null ? (
            <Text span size="sm" c="dimmed">
              an erased employee
            </Text>
          ) : (
            <TextLink to="/audit" search={{ employee_id }} title={`All entries about ${username}`}>
              {username}
            </TextLink>
          )}
        </span>
      ))}
      {more > 0 && " and "}
      {more > 0 &&
        (shown.length < row.employees.length ? (
          <Anchor component="button" size="sm" onClick={() => setIsWhole(true)}>
            {more} more
          </Anchor>
        ) : (
          `${more} more`
        ))}
    </>
  )
}

function Details({ details }: { details: AuditRow["details"] }) {
  const known = Object.entries(details)
  if (known.length === 0) return null
  return (
    <Code fz="xs" style={{ overflowWrap: "anywhere" }}>
      {known.map(([name, value]) => `${name}: ${shown(value)}`).join("; ")}
    </Code>
  )
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value)
}
