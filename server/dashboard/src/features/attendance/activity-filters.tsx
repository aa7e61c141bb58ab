import { t } from "@lingui/core/macro"
import { Group, Select } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { teamsQuery } from "@/api/teams"
import { EmployeeSelect } from "@/components/employee-select"
import { TeamSelect } from "@/components/team-select"
import { monthsBetween, monthWords } from "@/lib/months"
import type { AttendanceSearch } from "./attendance-page"

interface ActivityFiltersProps {
  search: AttendanceSearch
  month: string
  oldest: string
  today: string
  onSearch: (search: AttendanceSearch) => void
}

/** A month of a team, of one employee, or of everybody. */
export function ActivityFilters(props: ActivityFiltersProps) {
  const { search, month, oldest, today, onSearch } = props
  const teams = useQuery(teamsQuery)
  const months = monthsBetween(oldest, today)
  return (
    <Group mb="md" gap="sm">
      <Select
        aria-label={t`Month`}
        data={months.map((value) => ({ value, label: monthWords(value) }))}
        value={month}
        allowDeselect={false}
        onChange={(chosen) => chosen !== null && onSearch({ ...search, month: chosen })}
        w={{ base: "100%", xs: 190 }}
      />
      <TeamSelect
        teams={teams.data}
        value={search.team}
        onChange={(team) => onSearch({ ...search, team, employee: undefined })}
      />
      <EmployeeSelect
        value={search.employee}
        onChange={(employee) => onSearch({ ...search, employee, team: undefined })}
      />
    </Group>
  )
}
