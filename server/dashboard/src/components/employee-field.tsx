import { t } from "@lingui/core/macro"
import { Select } from "@mantine/core"
import { useDebouncedValue } from "@mantine/hooks"
import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { suggestionsQuery } from "@/api/employees"

interface EmployeeFieldProps {
  value: number | null
  onChange: (employeeId: number | null) => void
}

const PAUSE_MS = 150

/** One employee of a form, found by name or username. */
export function EmployeeField({ value, onChange }: EmployeeFieldProps) {
  const [typed, setTyped] = useState("")
  const [words] = useDebouncedValue(typed.split(" · ")[0]?.trim() ?? "", PAUSE_MS)
  const found = useQuery({ ...suggestionsQuery(words), placeholderData: keepPreviousData })
  return (
    <Select
      label={t`Employee`}
      required
      searchable
      openOnFocus={false}
      searchValue={typed}
      onSearchChange={setTyped}
      filter={({ options }) => options}
      nothingFoundMessage={t`No employees match`}
      data={(found.data ?? []).map(({ employee_id, username, display_name }) => ({
        value: String(employee_id),
        label: display_name === null ? username : `${display_name} · ${username}`,
      }))}
      value={value === null ? null : String(value)}
      onChange={(id) => onChange(id === null ? null : Number(id))}
    />
  )
}
