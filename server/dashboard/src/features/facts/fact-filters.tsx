import { t } from "@lingui/core/macro"
import { Button, Group, Select, TextInput } from "@mantine/core"
import Plus from "lucide-react/icons/plus"
import X from "lucide-react/icons/x"
import { type FormEvent, useState } from "react"
import type { FactColumn, FactSearch } from "./facts"

interface FactFiltersProps {
  columns: readonly FactColumn[]
  search: FactSearch
  onSearch: (search: FactSearch) => void
}

/** The filters that are set, each with a button that removes it, and a form for one more. */
export function FactFilters({ columns, search, onSearch }: FactFiltersProps) {
  const where = search.where ?? []
  const change = (filters: string[]) => {
    const { where: _, ...rest } = search
    onSearch(filters.length === 0 ? rest : { ...rest, where: filters })
  }
  return (
    <>
      {where.length > 0 && (
        <Group gap="xs" mb="sm">
          {where.map((filter) => (
            <Button
              key={filter}
              size="compact-sm"
              variant="light"
              rightSection={<X size={14} aria-hidden />}
              aria-label={t`Remove filter ${filter}`}
              onClick={() => change(where.filter((each) => each !== filter))}
            >
              {filter}
            </Button>
          ))}
        </Group>
      )}
      <NewFilter columns={columns} onAdd={(filter) => change([...new Set([...where, filter])])} />
    </>
  )
}

const ORDERED = ["int", "float", "time", "duration", "bytes", "any"]
const TEXTS = ["text", "choice", "any"]
const WITHOUT_VALUE = ["is missing", "is known"]

function NewFilter({
  columns,
  onAdd,
}: {
  columns: readonly FactColumn[]
  onAdd: (filter: string) => void
}) {
  const [fact, setFact] = useState<string | null>(null)
  const [operator, setOperator] = useState("is")
  const [value, setValue] = useState("")
  const column = columns.find((each) => each.fact === fact)
  const needsValue = !WITHOUT_VALUE.includes(operator)
  const add = (event: FormEvent) => {
    event.preventDefault()
    if (fact === null || (needsValue && value.trim() === "")) return
    onAdd(needsValue ? `${fact} ${operator} ${value.trim()}` : `${fact} ${operator}`)
    setValue("")
  }
  return (
    <form onSubmit={add}>
      <Group gap="xs" mb="md">
        <Select
          aria-label={t`Fact to filter by`}
          placeholder={t`Filter by fact`}
          data={columns.map((each) => ({ value: each.fact, label: each.fact }))}
          value={fact}
          searchable
          onChange={setFact}
          w={{ base: "100%", xs: 240 }}
        />
        <Select
          aria-label={t`Comparison`}
          data={operatorsOf(column)}
          value={operator}
          allowDeselect={false}
          onChange={(chosen) => setOperator(chosen ?? "is")}
          w={{ base: "100%", xs: 150 }}
        />
        {needsValue && <ValueField column={column} value={value} onChange={setValue} />}
        <Button
          type="submit"
          variant="default"
          disabled={fact === null}
          leftSection={<Plus size={16} aria-hidden />}
        >
          {t`Add filter`}
        </Button>
      </Group>
    </form>
  )
}

interface ValueFieldProps {
  column: FactColumn | undefined
  value: string
  onChange: (value: string) => void
}

function ValueField({ column, value, onChange }: ValueFieldProps) {
  const words = column?.type === "bool" ? ["true", "false"] : (column?.choices ?? [])
  const label = t`Value`
  if (words.length > 0) {
    return (
      <Select
        aria-label={label}
        placeholder={label}
        data={words}
        value={value === "" ? null : value}
        onChange={(chosen) => onChange(chosen ?? "")}
        w={{ base: "100%", xs: 160 }}
      />
    )
  }
  return (
    <TextInput
      aria-label={label}
      placeholder={exampleOf(column)}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      w={{ base: "100%", xs: 160 }}
    />
  )
}

function exampleOf(column: FactColumn | undefined): string {
  const examples: Record<string, string> = { bytes: "5 GB", duration: "24 h", time: "7 days ago" }
  return examples[column?.type ?? ""] ?? t`Value`
}

/** Comparisons for facts of the type of *column*. Their values are words of the filter language. */
function operatorsOf(column: FactColumn | undefined): { value: string; label: string }[] {
  const type = column?.type ?? "any"
  return [
    { value: "is", label: t`is` },
    { value: "is not", label: t`is not` },
    ...(ORDERED.includes(type)
      ? [
          { value: "is at least", label: t`is at least` },
          { value: "is at most", label: t`is at most` },
        ]
      : []),
    ...(TEXTS.includes(type) ? [{ value: "contains", label: t`contains` }] : []),
    { value: "is missing", label: t`is missing` },
    { value: "is known", label: t`is known` },
  ]
}
