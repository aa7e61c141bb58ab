import { Select } from "@mantine/core"

export interface Team {
  team_id: number
  name: string
}

interface TeamSelectProps {
  teams: readonly Team[]
  value: number | undefined
  onChange: (team: number | undefined) => void
}

/** One team or all; nothing where there are none to choose from. */
export function TeamSelect({ teams, value, onChange }: TeamSelectProps) {
  if (teams.length === 0) return null
  return (
    <Select
      aria-label="Team"
      placeholder="All teams"
      clearable
      searchable={teams.length > 8}
      nothingFoundMessage="No such team"
      data={teams.map(({ team_id, name }) => ({ value: String(team_id), label: name }))}
      value={value === undefined ? null : String(value)}
      onChange={(team) => onChange(team === null ? undefined : Number(team))}
      clearButtonProps={{ "aria-label": "All teams" }}
      w={{ base: "100%", xs: 180 }}
    />
  )
}
