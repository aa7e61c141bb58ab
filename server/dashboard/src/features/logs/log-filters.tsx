import { SegmentedControl } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import type { LogFilter } from "@/api/logs"
import { teamsQuery } from "@/api/teams"
import { EmployeeSelect } from "@/components/employee-select"
import { PlaceSelect } from "@/components/place-select"
import { RangePicker } from "@/components/range-picker"
import { TeamSelect } from "@/components/team-select"
import classes from "./logs.module.css"

interface LogFiltersProps {
  filter: LogFilter
  onChange: (change: LogFilter) => void
}

const ALL = "all"
const WHAT = [
  { value: ALL, label: "All" },
  { value: "taken", label: "With screenshot" },
  { value: "none", label: "Without screenshot" },
  { value: "missed", label: "Missed" },
]

/** What narrows the list; all of it is in the address. */
export function LogFilters({ filter, onChange }: LogFiltersProps) {
  const teams = useQuery(teamsQuery)
  const what = filter.kind === "missed" ? "missed" : (filter.screenshot ?? ALL)
  const choose = (chosen: string) =>
    onChange({
      kind: chosen === "missed" ? "missed" : undefined,
      screenshot: chosen === "taken" || chosen === "none" ? chosen : undefined,
    })
  return (
    <search className={classes.filters}>
      <EmployeeSelect value={filter.employee} onChange={(employee) => onChange({ employee })} />
      <TeamSelect teams={teams.data} value={filter.team} onChange={(team) => onChange({ team })} />
      <RangePicker
        from={filter.from}
        to={filter.to}
        onChange={(from, to) => onChange({ from, to })}
      />
      <PlaceSelect value={filter.place} onChange={(place) => onChange({ place })} />
      <SegmentedControl
        aria-label="Filter logs"
        className={classes.which}
        data={WHAT}
        value={what}
        onChange={choose}
      />
    </search>
  )
}
