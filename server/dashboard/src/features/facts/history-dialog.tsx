import { msg, t } from "@lingui/core/macro"
import { Modal, Skeleton, Text } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import type { components } from "@/api/schema"
import { type Column, DataTable } from "@/components/data-table"
import { Failed } from "@/components/failed"
import { Moment } from "@/components/moment"
import { valueWords } from "@/lib/fact-values"
import { shortOf } from "@/lib/times"
import { useFocusBack } from "@/lib/use-focus-back"
import { type FactColumn, type FactRow, historyQuery } from "./facts"

interface HistoryDialogProps {
  row: FactRow
  column: FactColumn
  onClose: () => void
}

type Point = components["schemas"]["FactPoint"]

/** A fact of one device in its detailed logs, newest first. */
export function HistoryDialog({ row, column, onClose }: HistoryDialogProps) {
  useFocusBack()
  return (
    <Modal
      opened
      onClose={onClose}
      title={t`${{ fact: column.label }} of ${{ device: row.hostname }}`}
      closeButtonProps={{ "aria-label": t`Close` }}
      centered
    >
      <Points row={row} column={column} />
    </Modal>
  )
}

function Points({ row, column }: Omit<HistoryDialogProps, "onClose">) {
  const found = useQuery(historyQuery(row.agent_id, column.fact))
  if (found.isPending) return <Skeleton height={160} role="status" aria-label={t`Loading`} />
  if (found.isError) return <Failed error={found.error} retry={() => void found.refetch()} />
  const points = found.data.points.toReversed()
  if (points.length === 0) {
    return (
      <Text size="sm">
        {t`Detailed logs do not have this fact. Heartbeats have its newest value only.`}
      </Text>
    )
  }
  return (
    <DataTable
      label={t`History`}
      columns={columnsOf(column)}
      rows={points}
      keyOf={(point) => point.at}
    />
  )
}

const columnsOf = (column: FactColumn): Column<Point>[] => [
  {
    title: msg`Taken`,
    isName: true,
    cell: ({ at }) => <Moment at={at}>{shortOf(at)}</Moment>,
  },
  {
    title: msg`Value`,
    isText: true,
    cell: ({ value, missing }) => (missing ? missing : valueWords(column, value)),
  },
]
