/** The fields of the filters of logs, for the page Logs and for exports. A new filter of the API is one entry here. */
import type { MessageDescriptor } from "@lingui/core"
import { msg, t } from "@lingui/core/macro"
import { useQuery } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { FILTERS } from "@/api/filters.gen"
import type { ExportFilter } from "@/api/logs"
import { teamsQuery } from "@/api/teams"
import { EmployeeSelect } from "@/components/employee-select"
import { FactFields } from "@/components/fact-fields"
import { PlaceSelect } from "@/components/place-select"
import { RangePicker } from "@/components/range-picker"
import { TeamSelect } from "@/components/team-select"
import type { FactColumn } from "@/lib/fact-values"
import { choiceOf, placeName } from "@/lib/place-filter"

interface ControlProps {
  filter: ExportFilter
  onChange: (change: ExportFilter) => void
  /** Shown above the field. Without one, screen readers get a default label. */
  label?: string
  error?: string | undefined
}

export interface FilterField {
  /** The names of its filters in the URL and the API. */
  keys: readonly (keyof ExportFilter)[]
  title: MessageDescriptor
  Control: (props: ControlProps) => ReactNode
  /** Return the filter in a few words, if it is set. */
  words?: (filter: ExportFilter) => string | undefined
}

export const FILTER_FIELDS: readonly FilterField[] = [
  {
    keys: ["employee"],
    title: msg`Employee`,
    Control: ({ filter, onChange, ...shown }) => (
      <EmployeeSelect
        {...shown}
        value={filter.employee}
        onChange={(employee) => onChange({ employee })}
      />
    ),
    words: ({ employee }) => employee,
  },
  { keys: ["team"], title: msg`Team`, Control: TeamField },
  {
    keys: ["from", "to"],
    title: msg`Days`,
    Control: ({ filter, onChange, ...shown }) => (
      <RangePicker
        {...shown}
        from={filter.from}
        to={filter.to}
        onChange={(from, to) => onChange({ from, to })}
      />
    ),
  },
  {
    keys: ["place"],
    title: msg`Location`,
    Control: ({ filter, onChange, ...shown }) => (
      <PlaceSelect {...shown} value={filter.place} onChange={(place) => onChange({ place })} />
    ),
    words: ({ place }) => placeWords(place),
  },
  {
    keys: ["where", "fact"],
    title: msg`Facts`,
    Control: (props) => <FactFields {...props} accepts={isInLogs} />,
    words: ({ where }) => where?.join(" · "),
  },
]

const isInLogs = ({ occasions }: FactColumn) => occasions.includes("detailed_log")

/** Whether heartbeats can be filtered by it, too. */
export const isOfHeartbeats = ({ keys }: FilterField) =>
  keys.every((key) => key in FILTERS.export_heartbeats)

function TeamField({ filter, onChange, ...shown }: ControlProps) {
  const teams = useQuery(teamsQuery)
  return (
    <TeamSelect
      {...shown}
      teams={teams.data}
      value={filter.team}
      onChange={(team) => onChange({ team })}
    />
  )
}

function placeWords(place: string | undefined): string | undefined {
  const choice = choiceOf(place)
  if (choice === null) return place
  const name = placeName(choice.place)
  return choice.is ? name : t`not ${name}`
}
