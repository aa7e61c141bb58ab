import { t } from "@lingui/core/macro"
import { Box, Button, Group, Skeleton, Stack } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import ScrollText from "lucide-react/icons/scroll-text"
import { type Employee, employeeQuery } from "@/api/employees"
import { siteQuery } from "@/api/site"
import { DayStrip } from "@/components/day-strip"
import { Failed } from "@/components/failed"
import { LogViewer } from "@/components/log-viewer"
import { Page } from "@/components/page"
import { PersonMark } from "@/components/person-mark"
import { StatePill } from "@/components/state-pill"
import { Tag } from "@/components/tag"
import { statusWords } from "@/lib/employee-status"
import { weekdaysOf } from "@/lib/weekdays"
import { ActivityPanel } from "./activity-panel"
import { CalendarPanel } from "./calendar-panel"
import { Day } from "./day"
import { useDeparture } from "./use-departure"

export interface EmployeeSearch {
  day?: string | undefined
  /** The log that is open over the page. */
  log?: string | undefined
}

interface EmployeePageProps {
  employeeId: number
  search: EmployeeSearch
  onSearch: (change: EmployeeSearch) => void
}

/** A day of one employee. */
export function EmployeePage({ employeeId, search, onSearch }: EmployeePageProps) {
  const employee = useQuery(employeeQuery(employeeId))
  const site = useQuery(siteQuery)
  const leaving = useDeparture(employeeId, employee.data)
  const error = employee.error ?? site.error
  if (error !== null) {
    return (
      <Page title={t`Employee`}>
        <Failed
          error={error}
          retry={() => void Promise.all([employee.refetch(), site.refetch()])}
        />
      </Page>
    )
  }
  if (employee.data === undefined || site.data === undefined) return <Loading />
  const { oldest_kept, today, zone } = site.data
  // Under a legal hold there are days older than the retention period.
  const oldest = [oldest_kept, ...employee.data.days.map((each) => each.workday)].sort()[0]
  const day = search.day ?? today
  const name = employee.data.display_name ?? employee.data.username
  return (
    <Page
      title={name}
      mark={<PersonMark name={name} />}
      lead={<Who employee={employee.data} />}
      actions={
        <>
          {leaving.button}
          <Button
            variant="default"
            renderRoot={(props) => (
              <Link to="/logs" search={{ employee: employee.data.username }} {...props} />
            )}
            leftSection={<ScrollText size={16} aria-hidden />}
          >
            {t`All logs`}
          </Button>
        </>
      }
    >
      {leaving.panel}
      <DayStrip
        days={employee.data.days}
        oldest={oldest ?? oldest_kept}
        today={today}
        chosen={day}
        weekdays={weekdaysOf(employee.data.agents)}
        onChoose={(chosen) => onSearch({ day: chosen })}
      />
      <Day employeeId={employeeId} workday={day} zone={zone} onOpen={(log) => onSearch({ log })} />
      <Box mt="md">
        <ActivityPanel username={employee.data.username} oldest={oldest_kept} today={today} />
      </Box>
      <Box mt="md">
        <CalendarPanel
          employeeId={employeeId}
          name={name}
          today={today}
          hasLeft={employee.data.status === "left"}
        />
      </Box>
      <LogViewer logId={search.log} onOpen={(log) => onSearch({ log })} />
    </Page>
  )
}

function Who({ employee }: { employee: Employee }) {
  const last = employee.agents
    .filter((agent) => agent.revoked_at === null)
    .sort((a, b) => (b.last_seen ?? "").localeCompare(a.last_seen ?? ""))[0]
  return (
    <Group gap="sm">
      {last !== undefined && <StatePill state={last.state} />}
      {employee.display_name !== null && <span>{employee.username}</span>}
      {employee.further_usernames.length > 0 && (
        <span>{t`also ${{ names: employee.further_usernames.join(", ") }}`}</span>
      )}
      {employee.status !== "active" && <Tag>{statusWords(employee.status)}</Tag>}
      {employee.teams.length > 0 && <span>{employee.teams.join(", ")}</span>}
    </Group>
  )
}

function Loading() {
  return (
    <Stack role="status" aria-label={t`Loading`}>
      <Skeleton height={30} width={220} />
      <Skeleton height={72} />
      <Skeleton height={180} />
      <Skeleton height={220} />
    </Stack>
  )
}
