import { t } from "@lingui/core/macro"
import { Select } from "@mantine/core"

export interface Team {
  team_id: number
  name: string
}

interface TeamSelectProps {
  /** Undefined while loading: the field is shown, so that nothing moves later. */
  teams: readonly Team[] | undefined
  value: number | undefined
  onChange: (team: number | undefined) => void
  /** Shown above the field. Without one, screen readers get a default label. */
  label?: string
  error?: string | undefined
}

/** One team or all of them. Nothing when there are no teams. */
export function TeamSelect({ teams, value, onChange, label, error }: TeamSelectProps) {
  if (teams?.length === 0) return null
  return (
    <Select
      {...(label === undefined ? { "aria-label": t`Team` } : { label })}
      error={error}
      placeholder={t`All teams`}
      clearable
      searchable={teams !== undefined && teams.length > 8}
      nothingFoundMessage={t`No teams match`}
      data={(teams ?? []).map(({ team_id, name }) => ({ value: String(team_id), label: name }))}
      value={value === undefined ? null : String(value)}
      onChange={(team) => onChange(team === null ? undefined : Number(team))}
      clearButtonProps={{ "aria-label": t`All teams` }}
      w={label === undefined ? { base: "100%", xs: 180 } : "100%"}
    />
  )
}
