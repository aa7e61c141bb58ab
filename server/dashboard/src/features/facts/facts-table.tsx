import { msg, t } from "@lingui/core/macro"
import { Text, UnstyledButton } from "@mantine/core"
import { useInfiniteQuery } from "@tanstack/react-query"
import Puzzle from "lucide-react/icons/puzzle"
import { useState } from "react"
import type { Column } from "@/components/data-table"
import { Message } from "@/components/message"
import { Moment } from "@/components/moment"
import { NoMatch } from "@/components/no-match"
import { PagedTable } from "@/components/paged-table"
import { devices } from "@/lib/counts"
import { valueWords } from "@/lib/fact-values"
import { agoOf } from "@/lib/times"
import { type FactColumn, type FactRow, type FactSearch, tableQuery } from "./facts"
import classes from "./facts.module.css"
import { HistoryDialog } from "./history-dialog"

interface FactsTableProps {
  search: FactSearch
  onClear: () => void
}

interface OpenCell {
  row: FactRow
  column: FactColumn
}

/** Devices with the newest value of each fact. */
export function FactsTable({ search, onClear }: FactsTableProps) {
  const [open, setOpen] = useState<OpenCell | null>(null)
  const found = useInfiniteQuery(tableQuery(search))
  const first = found.data?.pages[0]
  const columns = (first?.columns ?? []).map((column, at) => columnOf(column, at, setOpen))
  const isFiltered = (search.where ?? []).length > 0 || search.search !== undefined
  return (
    <>
      {first?.count != null && (
        <Text size="sm" c="dimmed" mb="xs" role="status">
          {devices(first.count)}
        </Text>
      )}
      <PagedTable
        label={t`Devices with their facts`}
        columns={[DEVICE, ...columns, SEEN]}
        found={found}
        keyOf={(row) => row.agent_id}
        more={t`Load more devices`}
        empty={
          isFiltered ? (
            <NoMatch title={t`No devices match these filters`} onClear={onClear} />
          ) : (
            <Message icon={Puzzle} title={t`No devices with this plugin`} />
          )
        }
      />
      {open !== null && <HistoryDialog {...open} onClose={() => setOpen(null)} />}
    </>
  )
}

const DEVICE: Column<FactRow> = {
  title: msg`Device`,
  isName: true,
  width: "14rem",
  cell: ({ username, hostname }) => (
    <>
      {username}
      <Text size="xs" c="dimmed" fw={400}>
        {hostname}
      </Text>
    </>
  ),
}

const SEEN: Column<FactRow> = {
  title: msg`Last seen`,
  width: "9.5rem",
  cell: ({ last_seen: at }) =>
    at === null ? t`never` : <Moment at={at}>{agoOf(at, Date.now())}</Moment>,
}

function columnOf(
  column: FactColumn,
  at: number,
  onOpen: (cell: OpenCell) => void,
): Column<FactRow> {
  return {
    title: column.label,
    key: column.fact,
    isText: true,
    cell: (row) => {
      const cell = row.cells[at]
      if (cell === undefined || (cell.value === undefined && cell.missing)) {
        return (
          <Text size="sm" c="dimmed" title={cell?.missing}>
            —
          </Text>
        )
      }
      const words = valueWords(column, cell.value)
      return (
        <UnstyledButton
          className={classes.value}
          aria-label={t`${{ fact: column.label }} of ${{ device: row.hostname }}: ${words}. Show history`}
          onClick={() => onOpen({ row, column })}
        >
          {words}
        </UnstyledButton>
      )
    },
  }
}
