import { i18n } from "@lingui/core"
import { msg, t } from "@lingui/core/macro"
import { Select } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import type { HolderName } from "@/api/planning"
import { teamsQuery } from "@/api/teams"
import { EmployeeField } from "@/components/employee-field"

/** Whom a rule is for; a team or an employee that is not chosen yet is null. */
export interface Holder {
  kind: "company" | "team" | "employee"
  team_id: number | null
  employee_id: number | null
}

export const COMPANY: Holder = { kind: "company", team_id: null, employee_id: null }

const KINDS = { company: msg`Company`, team: msg`Team`, employee: msg`Employee` }

/** Return the holder as the API takes it; null while it is not chosen. */
export function bodyOf(holder: Holder): { team_id?: number; employee_id?: number } | null {
  if (holder.kind === "company") return {}
  if (holder.kind === "team") return holder.team_id === null ? null : { team_id: holder.team_id }
  return holder.employee_id === null ? null : { employee_id: holder.employee_id }
}

export function holderWords({ team, display_name, username }: HolderName): string {
  if (team != null) return t`Team ${{ name: team }}`
  return display_name ?? username ?? t`Company`
}

interface HolderFieldsProps {
  holder: Holder
  onChange: (holder: Holder) => void
}

/** The company, a team or an employee. */
export function HolderFields({ holder, onChange }: HolderFieldsProps) {
  const teams = useQuery(teamsQuery).data ?? []
  return (
    <>
      <Select
        label={t`For`}
        openOnFocus={false}
        allowDeselect={false}
        data={Object.entries(KINDS).map(([value, words]) => ({ value, label: i18n._(words) }))}
        value={holder.kind}
        onChange={(kind) => onChange({ ...COMPANY, kind: (kind ?? "company") as Holder["kind"] })}
      />
      {holder.kind === "team" && (
        <Select
          label={t`Team`}
          required
          searchable
          openOnFocus={false}
          nothingFoundMessage={t`No teams match`}
          data={teams.map(({ team_id, name }) => ({ value: String(team_id), label: name }))}
          value={holder.team_id === null ? null : String(holder.team_id)}
          onChange={(id) => onChange({ ...holder, team_id: id === null ? null : Number(id) })}
        />
      )}
      {holder.kind === "employee" && (
        <EmployeeField
          value={holder.employee_id}
          onChange={(employee_id) => onChange({ ...holder, employee_id })}
        />
      )}
    </>
  )
}
