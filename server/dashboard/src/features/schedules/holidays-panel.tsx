import { msg, t } from "@lingui/core/macro"
import { Button, Group, Skeleton, Stack, Text } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import {
  clearHolidays,
  deleteHoliday,
  type HolidayDayRow,
  type HolidayRegionRow,
  holidayRulesQuery,
} from "@/api/planning"
import { siteQuery } from "@/api/site"
import { type Column, DataTable } from "@/components/data-table"
import { Failed } from "@/components/failed"
import { Panel } from "@/components/panel"
import { Tag } from "@/components/tag"
import { daysOf } from "@/lib/times"
import { countryWords } from "@/lib/words"
import { holderWords } from "./holder-fields"
import { HolidayDialog } from "./holiday-dialog"
import { RegionDialog } from "./region-dialog"
import { type Removal, RemoveDialog } from "./remove-dialog"

type Doing = "region" | "day" | Removal | null

/** Whose public holidays hold for whom, and days that are added or removed. */
export function HolidaysPanel({ mayChange }: { mayChange: boolean }) {
  const found = useQuery(holidayRulesQuery)
  const site = useQuery(siteQuery)
  const [doing, setDoing] = useState<Doing>(null)
  const close = () => setDoing(null)
  return (
    <Panel
      title={t`Public holidays`}
      aside={
        mayChange && (
          <Group gap="xs">
            <Button variant="default" onClick={() => setDoing("day")}>{t`Change a day`}</Button>
            <Button onClick={() => setDoing("region")}>{t`Choose holidays`}</Button>
          </Group>
        )
      }
    >
      {found.isPending ? (
        <Skeleton height={160} role="status" aria-label={t`Loading`} />
      ) : found.isError ? (
        <Failed error={found.error} retry={() => void found.refetch()} />
      ) : (
        <Stack>
          <Text size="sm" c="dimmed">
            {t`Where nothing is chosen for an employee or the team, country and region of the employee count.`}
          </Text>
          {found.data.regions.length > 0 && (
            <DataTable
              label={t`Chosen holidays`}
              columns={mayChange ? [...REGIONS, regionActions(setDoing)] : REGIONS}
              rows={found.data.regions}
              keyOf={(row) => row.region_id}
            />
          )}
          {found.data.days.length > 0 && (
            <DataTable
              label={t`Changed days`}
              columns={mayChange ? [...DAYS, dayActions(setDoing)] : DAYS}
              rows={found.data.days}
              keyOf={(row) => row.change_id}
            />
          )}
        </Stack>
      )}
      {doing === "region" && site.data !== undefined && (
        <RegionDialog year={Number(site.data.today.slice(0, 4))} onClose={close} />
      )}
      {doing === "day" && <HolidayDialog onClose={close} />}
      {doing !== null && typeof doing === "object" && (
        <RemoveDialog removal={doing} onClose={close} />
      )}
    </Panel>
  )
}

const regionWords = ({ country, region }: HolidayRegionRow) => {
  if (country === null) return t`No public holidays`
  const name = countryWords(country)
  return region === null ? name : t`${{ country: name }}, region ${{ region }}`
}

const REGIONS: readonly Column<HolidayRegionRow>[] = [
  { title: msg`For`, isName: true, cell: ({ holder }) => holderWords(holder) },
  { title: msg`Holidays of`, isText: true, cell: regionWords },
]

const DAYS: readonly Column<HolidayDayRow>[] = [
  { title: msg`For`, isName: true, cell: ({ holder }) => holderWords(holder) },
  { title: msg`Day`, cell: ({ day }) => daysOf(day, day) },
  {
    title: msg`What the day is`,
    cell: ({ is_holiday }) =>
      is_holiday ? <Tag tone="waiting">{t`Holiday`}</Tag> : <Tag>{t`No holiday`}</Tag>,
  },
  { title: msg`Name`, isText: true, cell: ({ name }) => name },
]

function regionActions(onDo: (doing: Doing) => void): Column<HolidayRegionRow> {
  return {
    title: null,
    align: "end",
    cell: (row) => {
      const name = holderWords(row.holder)
      return (
        <Button
          size="compact-sm"
          variant="subtle"
          color="red"
          aria-label={t`Delete the holidays of ${{ name }}`}
          onClick={() =>
            onDo({
              title: t`Delete the holidays of ${{ name }}?`,
              text: t`What is chosen for the team or the company counts again, or country and region of each employee.`,
              remove: () => clearHolidays(row.region_id),
            })
          }
        >
          {t`Delete`}
        </Button>
      )
    },
  }
}

function dayActions(onDo: (doing: Doing) => void): Column<HolidayDayRow> {
  return {
    title: null,
    align: "end",
    cell: (row) => {
      const [name, day] = [holderWords(row.holder), daysOf(row.day, row.day)]
      return (
        <Button
          size="compact-sm"
          variant="subtle"
          color="red"
          aria-label={t`Delete ${{ day }} of ${{ name }}`}
          onClick={() =>
            onDo({
              title: t`Delete ${{ day }} of ${{ name }}?`,
              text: t`The day is again what the public holidays say.`,
              remove: () => deleteHoliday(row.change_id),
            })
          }
        >
          {t`Delete`}
        </Button>
      )
    },
  }
}
