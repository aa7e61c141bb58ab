import { msg, t } from "@lingui/core/macro"
import { Button, Group, Skeleton, Text } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import Palmtree from "lucide-react/icons/palmtree"
import { useState } from "react"
import { deleteLeave, type LeaveRow, leaveQuery, reloadPlanning } from "@/api/planning"
import { type Column, DataTable } from "@/components/data-table"
import { Dialog } from "@/components/dialog"
import { Failed } from "@/components/failed"
import { LeaveDialog } from "@/components/leave-dialog"
import { Message } from "@/components/message"
import { TextLink } from "@/components/text-link"
import { daysOf } from "@/lib/times"

interface LeaveListProps {
  /** Without one, the leave of everybody whom the user may see. */
  employeeId?: number
  mayChange: boolean
}

type Doing = { what: "change" | "delete"; leave: LeaveRow }

/** Leave from a month ago for a year, with buttons to change it. */
export function LeaveList({ employeeId, mayChange }: LeaveListProps) {
  const found = useQuery(leaveQuery(employeeId))
  const [doing, setDoing] = useState<Doing | null>(null)
  if (found.isPending) return <Skeleton height={120} role="status" aria-label={t`Loading`} />
  if (found.isError) return <Failed error={found.error} retry={() => void found.refetch()} />
  const { leave, first, last, more } = found.data
  if (leave.length === 0) {
    return (
      <Message icon={Palmtree} title={t`No leave`} order={3}>
        {t`No leave is entered for ${{ days: daysOf(first, last) }}.`}
      </Message>
    )
  }
  const close = () => setDoing(null)
  return (
    <>
      <DataTable
        label={t`Leave`}
        columns={[
          ...(employeeId === undefined ? [EMPLOYEE] : []),
          { ...DAYS, isName: employeeId !== undefined },
          SOURCE,
          ...(mayChange ? [actions(setDoing)] : []),
        ]}
        rows={leave}
        keyOf={(row) => row.leave_id}
      />
      {more && (
        <Text
          size="sm"
          c="dimmed"
        >{t`There is more leave than these ${{ count: leave.length }}.`}</Text>
      )}
      {doing?.what === "change" && (
        <LeaveDialog of={ofRow(doing.leave)} leave={doing.leave} onClose={close} />
      )}
      {doing?.what === "delete" && <DeleteLeave leave={doing.leave} onClose={close} />}
    </>
  )
}

const nameOf = ({ display_name, username }: LeaveRow) => display_name ?? username
const ofRow = (row: LeaveRow) => ({ employee_id: row.employee_id, name: nameOf(row) })

const EMPLOYEE: Column<LeaveRow> = {
  title: msg`Employee`,
  isName: true,
  cell: (row) => (
    <TextLink to="/employees/$employeeId" params={{ employeeId: row.employee_id }}>
      {nameOf(row)}
    </TextLink>
  ),
}

const DAYS: Column<LeaveRow> = {
  title: msg`Days`,
  cell: ({ first_day, last_day }) => daysOf(first_day, last_day),
}

const SOURCE: Column<LeaveRow> = {
  title: msg`Source`,
  isText: true,
  cell: ({ feed }) => feed ?? t`entered`,
}

function actions(onDo: (doing: Doing) => void): Column<LeaveRow> {
  return {
    title: null,
    align: "end",
    cell: (leave) =>
      leave.feed === null && (
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          <Button
            size="compact-sm"
            variant="default"
            aria-label={t`Edit leave of ${{ name: nameOf(leave) }}, ${{ days: daysOf(leave.first_day, leave.last_day) }}`}
            onClick={() => onDo({ what: "change", leave })}
          >
            {t`Edit`}
          </Button>
          <Button
            size="compact-sm"
            variant="subtle"
            color="red"
            aria-label={t`Delete leave of ${{ name: nameOf(leave) }}, ${{ days: daysOf(leave.first_day, leave.last_day) }}`}
            onClick={() => onDo({ what: "delete", leave })}
          >
            {t`Delete`}
          </Button>
        </Group>
      ),
  }
}

function DeleteLeave({ leave, onClose }: { leave: LeaveRow; onClose: () => void }) {
  const queryClient = useQueryClient()
  const deleted = useMutation({
    mutationFn: deleteLeave,
    onSuccess: async () => {
      await reloadPlanning(queryClient)
      onClose()
    },
  })
  return (
    <Dialog
      title={t`Delete leave of ${{ name: nameOf(leave) }}?`}
      opened
      onClose={onClose}
      button={t`Delete leave`}
      danger
      onSubmit={() => deleted.mutate(leave.leave_id)}
      busy={deleted.isPending}
      error={deleted.error}
    >
      <Text size="sm">{daysOf(leave.first_day, leave.last_day)}</Text>
    </Dialog>
  )
}
