import { t } from "@lingui/core/macro"
import { Autocomplete } from "@mantine/core"
import { useDebouncedValue } from "@mantine/hooks"
import { keepPreviousData, useQuery } from "@tanstack/react-query"
import User from "lucide-react/icons/user"
import { useEffect, useState } from "react"
import { suggestionsQuery } from "@/api/employees"

interface EmployeeSelectProps {
  value: string | undefined
  onChange: (username: string | undefined) => void
  /** Shown above the field. Without one, screen readers get a default label. */
  label?: string
  error?: string | undefined
}

const PAUSE_MS = 150

/** The name of one employee, with suggestions. A click or Enter selects it. */
export function EmployeeSelect({ value, onChange, label, error }: EmployeeSelectProps) {
  const [typed, setTyped] = useState(value ?? "")
  const [words] = useDebouncedValue(typed.trim(), PAUSE_MS)
  const found = useQuery({ ...suggestionsQuery(words), placeholderData: keepPreviousData })
  useEffect(() => setTyped(value ?? ""), [value])
  const choose = (name: string) => {
    if ((name || undefined) !== value) onChange(name || undefined)
  }
  return (
    <Autocomplete
      {...(label === undefined ? { "aria-label": t`Employee` } : { label })}
      error={error}
      placeholder={t`All employees`}
      clearable
      clearButtonProps={{ "aria-label": t`All employees` }}
      data={[...new Set((found.data ?? []).map((row) => row.username))]}
      filter={({ options }) => options}
      value={typed}
      onChange={(name) => {
        setTyped(name)
        if (name === "") choose("")
      }}
      onOptionSubmit={choose}
      onBlur={() => choose(typed.trim())}
      onKeyDown={(event) => {
        if (event.key === "Enter") choose(typed.trim())
      }}
      leftSection={<User size={16} aria-hidden />}
      w={label === undefined ? { base: "100%", xs: 200 } : "100%"}
    />
  )
}
