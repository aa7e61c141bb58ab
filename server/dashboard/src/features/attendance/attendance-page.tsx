import { t } from "@lingui/core/macro"
import { Skeleton } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import type { AttendanceFilter } from "@/api/attendance"
import { siteQuery } from "@/api/site"
import { ActivityFiles } from "@/components/activity-files"
import { Failed } from "@/components/failed"
import { Page } from "@/components/page"
import { rangeOf } from "@/lib/months"
import { ActivityFilters } from "./activity-filters"
import { ActivityList } from "./activity-list"

export interface AttendanceSearch {
  team?: number | undefined
  employee?: string | undefined
  /** Such as 2026-11; the current one without. */
  month?: string | undefined
}

interface AttendancePageProps {
  search: AttendanceSearch
  onSearch: (search: AttendanceSearch) => void
}

/** Device activity of a month: of everybody, a team, or one employee. */
export function AttendancePage({ search, onSearch }: AttendancePageProps) {
  const site = useQuery(siteQuery)
  const title = t`Device activity`
  const lead = t`When devices were on. This is no record of working time.`
  if (site.isError) {
    return (
      <Page title={title} lead={lead}>
        <Failed error={site.error} retry={() => void site.refetch()} />
      </Page>
    )
  }
  if (site.data === undefined) {
    return (
      <Page title={title} lead={lead}>
        <Skeleton height={240} role="status" aria-label={t`Loading`} />
      </Page>
    )
  }
  const { oldest_kept: oldest, today } = site.data
  const month = search.month ?? today.slice(0, 7)
  const filter = filterOf(search, month, oldest, today)
  return (
    <Page title={title} lead={lead} actions={<ActivityFiles filter={filter} />}>
      <ActivityFilters
        search={search}
        month={month}
        oldest={oldest}
        today={today}
        onSearch={onSearch}
      />
      <ActivityList filter={filter} onEmployee={(employee) => onSearch({ ...search, employee })} />
    </Page>
  )
}

/** Return the days of the month that are kept. */
export function filterOf(
  { team, employee }: AttendanceSearch,
  month: string,
  oldest: string,
  today: string,
): AttendanceFilter {
  const { from, to } = rangeOf(month)
  return {
    ...(employee !== undefined && { employee }),
    ...(team !== undefined && employee === undefined && { team }),
    from: from > oldest || to < oldest ? from : oldest,
    to: to < today || from > today ? to : today,
  }
}
