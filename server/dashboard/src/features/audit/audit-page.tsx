import { msg, t } from "@lingui/core/macro"
import { Trans } from "@lingui/react/macro"
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
import { actionChoices, actionWords, actorOf } from "@/lib/actions"
import { shortOf } from "@/lib/times"
import { type AuditFilter, type AuditRow, auditQuery } from "./audit"

interface AuditPageProps {
  filter: AuditFilter
  onFilter: (filter: AuditFilter) => void
}

/** The audit log with its filters. */
export function AuditPage({ filter, onFilter }: AuditPageProps) {
  return (
    <Page
      title={t`Audit log`}
      lead={
        <Trans>
          Who viewed or changed what. Each entry contains a hash of the previous one;{" "}
          <Code>wfhserver audit verify</Code> finds entries that were changed.
        </Trans>
      }
    >
      <Panel title={t`Entries`} aside={<Filters filter={filter} onFilter={onFilter} />}>
        <Rows filter={filter} onClear={() => onFilter({})} />
      </Panel>
    </Page>
  )
}

const ANY = "any"
const roles = () => [
  { value: ANY, label: t`Actor or employee` },
  { value: "viewer", label: t`Actor only` },
  { value: "viewed", label: t`Employee only` },
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
          {t`Show all entries`}
        </Button>
      )}
      <SearchField
        label={t`Search by name`}
        value={filter.person ?? ""}
        onSearch={(person) => changed({ person })}
      />
      <Select
        aria-label={t`Match name of`}
        data={roles()}
        value={filter.as ?? ANY}
        allowDeselect={false}
        onChange={(as) => changed({ as: as === null || as === ANY ? undefined : as })}
        w={190}
      />
      <Select
        aria-label={t`Action`}
        placeholder={t`All actions`}
        data={actionChoices()}
        value={filter.action ?? null}
        onChange={(action) => changed({ action: action ?? undefined })}
        clearable
        searchable
        clearButtonProps={{ "aria-label": t`All actions` }}
        w={240}
      />
    </Group>
  )
}

function Rows({ filter, onClear }: { filter: AuditFilter; onClear: () => void }) {
  const isFiltered = Object.keys(filter).length > 0
  return (
    <PagedTable
      label={t`Audit log`}
      columns={COLUMNS}
      found={useInfiniteQuery(auditQuery(filter))}
      keyOf={(row) => row.audit_id}
      more={t`Load older entries`}
      empty={
        isFiltered ? (
          <NoMatch title={t`No entries match these filters`} onClear={onClear}>
            {t`Entries older than the retention period of the audit log are deleted.`}
          </NoMatch>
        ) : (
          <Message icon={ScrollText} title={t`No entries yet`}>
            {t`Whoever views or changes something is recorded here.`}
          </Message>
        )
      }
    />
  )
}

const COLUMNS: readonly Column<AuditRow>[] = [
  {
    title: msg`When`,
    width: "10rem",
    cell: (row) => <Moment at={row.at}>{shortOf(row.at)}</Moment>,
  },
  { title: msg`Who`, isName: true, width: "9rem", cell: (row) => actorOf(row.actor) },
  { title: msg`What`, width: "12rem", cell: (row) => actionWords(row.action) },
  { title: msg`Whose data`, isText: true, cell: (row) => <Whose row={row} /> },
  { title: msg`Why`, isText: true, cell: (row) => row.reason },
  {
    title: msg`Details`,
    isText: true,
    width: "13rem",
    cell: (row) => <Details details={row.details} />,
  },
  { title: msg`ID`, align: "end", width: "3.5rem", cell: (row) => row.audit_id },
]

// A page of logs concerns dozens of employees.
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
              {t`an erased employee`}
            </Text>
          ) : (
            <TextLink to="/audit" search={{ employee_id }} title={t`All entries about ${username}`}>
              {username}
            </TextLink>
          )}
        </span>
      ))}
      {more > 0 && " "}
      {more > 0 &&
        (shown.length < row.employees.length ? (
          <Anchor component="button" size="sm" onClick={() => setIsWhole(true)}>
            {t`and ${more} more`}
          </Anchor>
        ) : (
          t`and ${more} more`
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
