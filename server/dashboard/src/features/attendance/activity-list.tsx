import { msg, t } from "@lingui/core/macro"
import { Anchor, Group, Skeleton, Text } from "@mantine/core"
import { useInfiniteQuery } from "@tanstack/react-query"
import CalendarRange from "lucide-react/icons/calendar-range"
import { type AttendanceFilter, attendanceQuery, type EmployeeAttendance } from "@/api/attendance"
import { ActivityMonth, ActivityStrip } from "@/components/activity-month"
import type { Column } from "@/components/data-table"
import { Failed } from "@/components/failed"
import { Message } from "@/components/message"
import { PagedTable } from "@/components/paged-table"
import { Panel } from "@/components/panel"
import { TextLink } from "@/components/text-link"
import { shortOf, spanOf } from "@/lib/times"

const MINUTE = 60

interface ActivityListProps {
  filter: AttendanceFilter
  onEmployee: (username: string) => void
}

/** One employee day by day, or several with a line each. */
export function ActivityList({ filter, onEmployee }: ActivityListProps) {
  const found = useInfiniteQuery(attendanceQuery(filter))
  if (found.isPending) return <Skeleton height={320} role="status" aria-label={t`Loading`} />
  if (found.isError && !found.isFetchNextPageError) {
    return <Failed error={found.error} retry={() => void found.refetch()} />
  }
  const [page] = found.data.pages
  const [row] = page?.rows ?? []
  return (
    <>
      {filter.employee !== undefined && row !== undefined ? (
        <Panel title={row.display_name ?? row.username} aside={<EmployeeLink row={row} />}>
          <ActivityMonth row={row} />
        </Panel>
      ) : (
        <PagedTable
          label={t`Device activity of employees`}
          columns={columnsOf(onEmployee)}
          found={found}
          keyOf={(each) => each.employee_id}
          more={t`Show more employees`}
          empty={
            <Message icon={CalendarRange} title={t`No employees here`}>
              {t`Employees appear here when they are in the directory.`}
            </Message>
          }
        />
      )}
      <Text size="sm" c="dimmed" mt="md">
        {page?.note} {page && countedWords(page.counted_until)}
      </Text>
    </>
  )
}

function EmployeeLink({ row }: { row: EmployeeAttendance }) {
  return (
    <Group gap="xs">
      <TextLink to="/employees/$employeeId" params={{ employeeId: row.employee_id }}>
        {t`Employee`}
      </TextLink>
    </Group>
  )
}

function columnsOf(onEmployee: (username: string) => void): readonly Column<EmployeeAttendance>[] {
  return [
    {
      title: msg`Employee`,
      isName: true,
      cell: (row) => (
        <Anchor component="button" type="button" onClick={() => onEmployee(row.username)}>
          {row.display_name ?? row.username}
        </Anchor>
      ),
    },
    {
      title: msg`Month`,
      cell: (row) => <ActivityStrip days={row.days} />,
      width: "40%",
    },
    { title: msg`Days`, cell: (row) => row.total.days, align: "end" },
    {
      title: msg`With heartbeats`,
      cell: (row) =>
        row.total.seconds < MINUTE
          ? t`none`
          : spanOf(Math.round(row.total.seconds / MINUTE) * MINUTE),
      align: "end",
    },
    { title: msg`Logs taken`, cell: (row) => row.total.logs, align: "end" },
  ]
}

function countedWords(at: string | null): string {
  if (at === null) return t`Days were not counted yet. The server starts within a minute.`
  const moment = shortOf(at)
  return t`Counted ${moment}.`
}
