import { t } from "@lingui/core/macro"
import { Button, Group, Select, Skeleton, Text } from "@mantine/core"
import { useInfiniteQuery } from "@tanstack/react-query"
import { useState } from "react"
import { type AttendanceFilter, attendanceQuery } from "@/api/attendance"
import { ActivityFiles } from "@/components/activity-files"
import { ActivityMonth } from "@/components/activity-month"
import { Failed } from "@/components/failed"
import { Panel } from "@/components/panel"
import { monthsBetween, monthWords, rangeOf } from "@/lib/months"

interface ActivityPanelProps {
  username: string
  oldest: string
  today: string
}

/** Device activity of a month. It is shown when it is asked for, because that is on record. */
export function ActivityPanel({ username, oldest, today }: ActivityPanelProps) {
  const [month, setMonth] = useState(today.slice(0, 7))
  const [isShown, setShown] = useState(false)
  const { from, to } = rangeOf(month)
  const filter = {
    employee: username,
    from: from > oldest ? from : oldest,
    to: to < today ? to : today,
  }
  return (
    <Panel
      title={t`Device activity`}
      aside={
        <Group gap="xs">
          <Select
            size="xs"
            aria-label={t`Month`}
            data={monthsBetween(oldest, today).map((value) => ({
              value,
              label: monthWords(value),
            }))}
            value={month}
            allowDeselect={false}
            onChange={(chosen) => chosen !== null && setMonth(chosen)}
          />
          {isShown && <ActivityFiles filter={filter} />}
        </Group>
      }
    >
      <Text size="sm" c="dimmed" mb="sm">
        {t`When devices were on. This is no record of working time.`}
      </Text>
      {isShown ? (
        <Month filter={filter} />
      ) : (
        <Button variant="default" onClick={() => setShown(true)}>{t`Show month`}</Button>
      )}
    </Panel>
  )
}

function Month({ filter }: { filter: AttendanceFilter }) {
  const found = useInfiniteQuery(attendanceQuery(filter))
  if (found.isPending) return <Skeleton height={320} role="status" aria-label={t`Loading`} />
  if (found.isError) return <Failed error={found.error} retry={() => void found.refetch()} />
  const row = found.data.pages[0]?.rows[0]
  return row === undefined ? null : <ActivityMonth row={row} />
}
