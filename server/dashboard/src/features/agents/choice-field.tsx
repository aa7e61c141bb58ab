import { Select } from "@mantine/core"

interface ChoiceFieldProps<Value extends string> {
  label: string
  /** What is shown while nothing is filtered. */
  all: string
  choices: readonly { value: Value; label: string }[]
  value: Value | undefined
  onChange: (value: Value | undefined) => void
}

const ALL = "all"

/** A filter with a few choices. */
export function ChoiceField<Value extends string>(props: ChoiceFieldProps<Value>) {
  const { label, all, choices, value, onChange } = props
  const isKnown = value === undefined || choices.some((each) => each.value === value)
  return (
    <Select
      aria-label={label}
      data={[{ value: ALL, label: all }, ...choices, ...(isKnown ? [] : [{ value, label: value }])]}
      value={value ?? ALL}
      allowDeselect={false}
      onChange={(chosen) => onChange(chosen === ALL ? undefined : (chosen as Value))}
      w={170}
    />
  )
}
