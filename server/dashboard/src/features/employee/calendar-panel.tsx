import { t } from "@lingui/core/macro"
import { Button, Skeleton, Stack } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { plannedQuery } from "@/api/planning"
import { Failed } from "@/components/failed"
import { LeaveDialog } from "@/components/leave-dialog"
import { LeaveList } from "@/components/leave-list"
import { Panel } from "@/components/panel"
import { PlannedDays } from "@/components/planned-days"
import { useEntersLeave } from "@/lib/use-enters-leave"

interface CalendarPanelProps {
  employeeId: number
  name: string
  today: string
  hasLeft: boolean
}

/** The planned year of one employee, and the leave. */
export function CalendarPanel({ employeeId, name, today, hasLeft }: CalendarPanelProps) {
  const mayEnter = useEntersLeave() && !hasLeft
  const year = Number(today.slice(0, 4))
  const [month, setMonth] = useState<number | null>(null)
  const [isOpen, setOpen] = useState(false)
  const found = useQuery(plannedQuery(year, { employee_id: employeeId }))
  return (
    <Panel
      title={t`Planned days`}
      aside={
        <>
          {month !== null && (
            <Button
              variant="default"
              size="compact-sm"
              onClick={() => setMonth(null)}
            >{t`Whole year`}</Button>
          )}
          {mayEnter && (
            <Button size="compact-sm" onClick={() => setOpen(true)}>{t`Enter leave`}</Button>
          )}
        </>
      }
    >
      <Stack>
        {found.isPending && <Skeleton height={80} role="status" aria-label={t`Loading`} />}
        {found.isError && <Failed error={found.error} retry={() => void found.refetch()} />}
        {found.data?.rows.some(({ days }) => /[^-]/.test(days)) && (
          <div>
            <PlannedDays table={found.data} year={year} month={month} onMonth={setMonth} />
          </div>
        )}
        <LeaveList employeeId={employeeId} mayChange={mayEnter} />
      </Stack>
      {isOpen && (
        <LeaveDialog
          of={{ employee_id: employeeId, name }}
          leave={null}
          onClose={() => setOpen(false)}
        />
      )}
    </Panel>
  )
}
