import { t } from "@lingui/core/macro"
import { ActionIcon, Button, Group, Skeleton, Stack, Text } from "@mantine/core"
import { keepPreviousData, useQuery } from "@tanstack/react-query"
import CalendarDays from "lucide-react/icons/calendar-days"
import ChevronLeft from "lucide-react/icons/chevron-left"
import ChevronRight from "lucide-react/icons/chevron-right"
import { useState } from "react"
import { plannedQuery } from "@/api/planning"
import { siteQuery } from "@/api/site"
import { teamsQuery } from "@/api/teams"
import { Failed } from "@/components/failed"
import { LeaveDialog } from "@/components/leave-dialog"
import { LeaveList } from "@/components/leave-list"
import { Message } from "@/components/message"
import { Page } from "@/components/page"
import { Panel } from "@/components/panel"
import { PlannedDays } from "@/components/planned-days"
import { TeamSelect } from "@/components/team-select"
import { monthName } from "@/lib/months"
import { useEntersLeave } from "@/lib/use-enters-leave"
import { ImportLeave } from "./import-leave"

export interface CalendarSearch {
  team?: number
  year?: number
  month?: number
}

interface CalendarPageProps {
  search: CalendarSearch
  onSearch: (search: CalendarSearch) => void
}

/** The year of a team: working days, holidays and leave. */
export function CalendarPage({ search, onSearch }: CalendarPageProps) {
  const mayEnter = useEntersLeave()
  const [open, setOpen] = useState<"leave" | "import" | null>(null)
  return (
    <Page
      title={t`Calendar`}
      lead={t`Planned days in each employee's time zone. Reasons for leave are not stored.`}
      actions={
        mayEnter && (
          <>
            <Button variant="default" onClick={() => setOpen("import")}>{t`Import CSV`}</Button>
            <Button onClick={() => setOpen("leave")}>{t`Enter leave`}</Button>
          </>
        )
      }
    >
      <Stack>
        <YearPanel search={search} onSearch={onSearch} />
        <Panel title={t`Leave`}>
          <LeaveList mayChange={mayEnter} />
        </Panel>
      </Stack>
      {open === "leave" && <LeaveDialog of={null} leave={null} onClose={() => setOpen(null)} />}
      {open === "import" && <ImportLeave onClose={() => setOpen(null)} />}
    </Page>
  )
}

function YearPanel({ search, onSearch }: CalendarPageProps) {
  const site = useQuery(siteQuery)
  const teams = useQuery(teamsQuery)
  const year = search.year ?? Number(site.data?.today.slice(0, 4))
  const month = search.month ?? null
  const title = month === null ? String(year || "") : `${monthName(month, "long")} ${year}`
  const move = (step: 1 | -1) => onSearch(moved(search, year, step))
  return (
    <Panel
      title={title || t`Year`}
      aside={
        <Group gap="xs">
          {month !== null && (
            <Button
              variant="default"
              onClick={() => onSearch(without(search))}
            >{t`Whole year`}</Button>
          )}
          <ActionIcon variant="default" size="lg" aria-label={t`Earlier`} onClick={() => move(-1)}>
            <ChevronLeft size={18} aria-hidden />
          </ActionIcon>
          <ActionIcon variant="default" size="lg" aria-label={t`Later`} onClick={() => move(1)}>
            <ChevronRight size={18} aria-hidden />
          </ActionIcon>
          <TeamSelect
            teams={teams.data}
            value={search.team}
            onChange={(team) => onSearch({ ...without(search, "team"), ...(team && { team }) })}
          />
        </Group>
      }
    >
      {year > 0 && <Days search={search} year={year} month={month} onSearch={onSearch} />}
    </Panel>
  )
}

interface DaysProps extends CalendarPageProps {
  year: number
  month: number | null
}

function Days({ search, year, month, onSearch }: DaysProps) {
  const found = useQuery({
    ...plannedQuery(year, search.team === undefined ? {} : { team_id: search.team }),
    placeholderData: keepPreviousData,
  })
  if (found.isPending) return <Skeleton height={240} role="status" aria-label={t`Loading`} />
  if (found.isError) return <Failed error={found.error} retry={() => void found.refetch()} />
  if (found.data.rows.length === 0) {
    return (
      <Message icon={CalendarDays} title={t`No employees here`}>
        {t`Employees appear here when they are in the directory.`}
      </Message>
    )
  }
  return (
    <>
      <PlannedDays
        table={found.data}
        year={year}
        month={month}
        onMonth={(chosen) => onSearch({ ...search, year, month: chosen })}
      />
      {found.data.more && (
        <Text
          size="sm"
          c="dimmed"
          mt="sm"
        >{t`These are the first 500 employees. Choose a team.`}</Text>
      )}
    </>
  )
}

function without(search: CalendarSearch, key: keyof CalendarSearch = "month"): CalendarSearch {
  return Object.fromEntries(Object.entries(search).filter(([name]) => name !== key))
}

/** Return the year or the month before or after. */
function moved(search: CalendarSearch, year: number, step: 1 | -1): CalendarSearch {
  if (search.month === undefined) return { ...search, year: year + step }
  const index = year * 12 + search.month - 1 + step
  return { ...search, year: Math.floor(index / 12), month: (index % 12) + 1 }
}
