import { t } from "@lingui/core/macro"
import { Button, Skeleton, Stack, Text } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import FileDown from "lucide-react/icons/file-down"
import type { Employee } from "@/api/employees"
import { siteQuery } from "@/api/site"
import { DayStrip } from "@/components/day-strip"
import { Failed } from "@/components/failed"
import { LogViewer } from "@/components/log-viewer"
import { Page } from "@/components/page"
import { Panel } from "@/components/panel"
import { TwoColumns } from "@/components/two-columns"
import { days as dayCount } from "@/lib/counts"
import { weekdaysOf } from "@/lib/weekdays"
import { Closed } from "./closed"
import { MyActivity } from "./my-activity"
import { isClosed, myDataQuery, myLogQuery, ZIP } from "./my-data"
import { MyDay } from "./my-day"
import { MyPlan } from "./my-plan"
import { MyProfile } from "./my-profile"
import { MyViews } from "./my-views"

export interface MyDataSearch {
  day?: string | undefined
  /** The log that is open over the page. */
  log?: string | undefined
}

interface MyDataPageProps {
  search: MyDataSearch
  onSearch: (change: MyDataSearch) => void
}

/** Everything that is stored about an employee, for that employee. */
export function MyDataPage({ search, onSearch }: MyDataPageProps) {
  const mine = useQuery(myDataQuery)
  const site = useQuery(siteQuery)
  const error = mine.error ?? site.error
  if (isClosed(error)) return <Closed error={error} />
  if (error !== null) {
    return <Failed error={error} retry={() => void Promise.all([mine.refetch(), site.refetch()])} />
  }
  if (mine.data === undefined || site.data === undefined) {
    return <Skeleton height={420} role="status" aria-label={t`Loading`} />
  }
  const { oldest_kept, today, zone, retention_days } = site.data
  const { username, days } = mine.data
  const oldest = [oldest_kept, ...days.map((each) => each.workday)].sort()[0] ?? oldest_kept
  const day = search.day ?? today
  const period = dayCount(retention_days)
  return (
    <Page
      title={t`Data about ${username}`}
      lead={t`Everything that is stored about you. It is deleted after ${period} unless a legal hold keeps it.`}
    >
      <DayStrip
        days={days}
        oldest={oldest}
        today={today}
        chosen={day}
        weekdays={weekdaysOf(mine.data.agents)}
        onChoose={(chosen) => onSearch({ day: chosen })}
      />
      <TwoColumns aside={<Aside employee={mine.data} />}>
        <MyDay workday={day} zone={zone} onOpen={(log) => onSearch({ log })} />
      </TwoColumns>
      <MyActivity />
      <MyPlan today={today} />
      <LogViewer logId={search.log} onOpen={(log) => onSearch({ log })} query={myLogQuery} />
    </Page>
  )
}

function Aside({ employee }: { employee: Employee }) {
  return (
    <>
      <MyProfile employee={employee} />
      <MyViews />
      <Panel title={t`Download`}>
        <Stack gap="sm" align="flex-start">
          <Text size="sm">
            {t`All heartbeats, logs and screenshots, and who viewed them, in one ZIP file.`}
          </Text>
          <Button
            component="a"
            href={ZIP}
            download
            variant="default"
            leftSection={<FileDown size={16} aria-hidden />}
          >
            {t`Download my data`}
          </Button>
        </Stack>
      </Panel>
    </>
  )
}
