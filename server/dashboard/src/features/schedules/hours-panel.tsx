import { msg, t } from "@lingui/core/macro"
import { Button, Group, Skeleton } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import CalendarClock from "lucide-react/icons/calendar-clock"
import { useState } from "react"
import { deleteSchedule, type ScheduleRow, schedulesQuery } from "@/api/planning"
import { siteQuery } from "@/api/site"
import { type Column, DataTable } from "@/components/data-table"
import { Failed } from "@/components/failed"
import { Message } from "@/components/message"
import { Panel } from "@/components/panel"
import { Tag } from "@/components/tag"
import { daysOf } from "@/lib/times"
import { holderWords } from "./holder-fields"
import { type Removal, RemoveDialog } from "./remove-dialog"
import { ScheduleDialog } from "./schedule-dialog"
import classes from "./schedules.module.css"
import { hoursOfWeek, weekWords } from "./week"

type Doing = "add" | ScheduleRow | Removal | null

/** The working hours of the company, of teams and of employees. */
export function HoursPanel({ mayChange }: { mayChange: boolean }) {
  const found = useQuery(schedulesQuery)
  const site = useQuery(siteQuery)
  const [doing, setDoing] = useState<Doing>(null)
  const close = () => setDoing(null)
  return (
    <Panel
      title={t`Working hours`}
      aside={mayChange && <Button onClick={() => setDoing("add")}>{t`Add schedule`}</Button>}
    >
      {found.isPending ? (
        <Skeleton height={160} role="status" aria-label={t`Loading`} />
      ) : found.isError ? (
        <Failed error={found.error} retry={() => void found.refetch()} />
      ) : found.data.length === 0 ? (
        <Message icon={CalendarClock} title={t`No schedules yet`}>
          {t`Without a schedule, nothing is expected of anybody. Begin with one for the company.`}
        </Message>
      ) : (
        <DataTable
          label={t`Schedules`}
          columns={mayChange ? [...COLUMNS, actions(setDoing)] : COLUMNS}
          rows={found.data}
          keyOf={(row) => row.schedule_id}
        />
      )}
      {doing === "add" && site.data !== undefined && (
        <ScheduleDialog schedule={null} today={site.data.today} onClose={close} />
      )}
      {doing !== null && doing !== "add" && "schedule_id" in doing && (
        <ScheduleDialog schedule={doing} today={doing.valid_from} onClose={close} />
      )}
      {doing !== null && doing !== "add" && "remove" in doing && (
        <RemoveDialog removal={doing} onClose={close} />
      )}
    </Panel>
  )
}

const COLUMNS: readonly Column<ScheduleRow>[] = [
  { title: msg`For`, isName: true, cell: ({ holder }) => holderWords(holder) },
  { title: msg`Valid from`, cell: ({ valid_from }) => daysOf(valid_from, valid_from) },
  { title: msg`Hours`, isText: true, cell: ({ week }) => <Hours week={week} /> },
]

function Hours({ week }: Pick<ScheduleRow, "week">) {
  if (week === null) return <Tag>{t`Schedule ends`}</Tag>
  return (
    <ul className={classes.lines}>
      {weekWords(week).map((line) => (
        <li key={line}>{line}</li>
      ))}
      <li className={classes.hint}>{hoursOfWeek(week)}</li>
    </ul>
  )
}

function actions(onDo: (doing: Doing) => void): Column<ScheduleRow> {
  return {
    title: null,
    align: "end",
    cell: (schedule) => {
      const name = holderWords(schedule.holder)
      const since = daysOf(schedule.valid_from, schedule.valid_from)
      return (
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          <Button
            size="compact-sm"
            variant="default"
            aria-label={t`Edit the schedule of ${{ name }} from ${{ day: since }}`}
            onClick={() => onDo(schedule)}
          >
            {t`Edit`}
          </Button>
          <Button
            size="compact-sm"
            variant="subtle"
            color="red"
            aria-label={t`Delete the schedule of ${{ name }} from ${{ day: since }}`}
            onClick={() =>
              onDo({
                title: t`Delete the schedule of ${{ name }}?`,
                text: t`From ${{ day: since }} on, the schedule before it is valid, or that of the team or the company.`,
                remove: () => deleteSchedule(schedule.schedule_id),
              })
            }
          >
            {t`Delete`}
          </Button>
        </Group>
      )
    },
  }
}
