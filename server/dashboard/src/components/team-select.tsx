import { Select } from "@mantine/core"

export interface Team {
  team_id: number
  name: string
}

interface TeamSelectProps {
  /** Undefined while they are asked for, so that nothing moves when they are there. */
  teams: readonly Team[] | undefined
  value: number | undefined
  onChange: (team: number | undefined) => void
  /** Seen above the field; without one it is only read out. */
  label?: string
  error?: string | undefined
}

/** One team or all; nothing where there are none to choose from. */
export function TeamSelect({ teams, value, onChange, label, error }: TeamSelectProps) {
  if (teams?.length === 0) return null
  return (
    <Select
      {...(label === undefined ? { "aria-label": "Team" } : { label })}
      error={error}
      placeholder="All teams"
      clearable
      searchable={teams !== undefined && teams.length > 8}
      nothingFoundMessage="No teams match"
      data={(teams ?? []).map(({ team_id, name }) => ({ value: String(team_id), label: name }))}
      value={value === undefined ? null : String(value)}
      onChange={(team) => onChange(team === null ? undefined : Number(team))}
      clearButtonProps={{ "aria-label": "All teams" }}
      w={label === undefined ? { base: "100%", xs: 180 } : "100%"}
    />
  )
}
