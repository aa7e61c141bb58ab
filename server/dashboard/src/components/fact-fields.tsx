import { t } from "@lingui/core/macro"
import { MultiSelect, TagsInput } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { pluginsQuery } from "@/api/facts"
import type { FactColumn } from "@/lib/fact-values"

interface FactFilter {
  where?: string[] | undefined
  fact?: string[] | undefined
}

interface FactFieldsProps {
  filter: FactFilter
  onChange: (change: FactFilter) => void
  /** Which facts can be chosen. */
  accepts: (column: FactColumn) => boolean
  /** Shown above the fields. Without one, screen readers get a default label. */
  label?: string
  error?: string | undefined
}

/** Filters on facts of plugins, and the facts that are shown. Nothing without such plugins. */
export function FactFields({ filter, onChange, accepts, label, error }: FactFieldsProps) {
  const plugins = useQuery(pluginsQuery)
  const facts = (plugins.data ?? []).flatMap((each) => each.facts).filter(accepts)
  const { where = [], fact = [] } = filter
  if (facts.length === 0 && where.length === 0 && fact.length === 0) return null
  const width = label === undefined ? { base: "100%", xs: 240 } : "100%"
  const given = (values: string[]) => (values.length === 0 ? undefined : values)
  return (
    <>
      <TagsInput
        {...(label === undefined ? { "aria-label": t`Filters on facts` } : { label })}
        error={error}
        placeholder={where.length === 0 ? t`Filter by fact` : ""}
        data={facts.map((each) => `${each.fact} is ${each.type === "bool" ? "false" : "known"}`)}
        value={where}
        onChange={(values) => onChange({ where: given(values) })}
        clearable
        clearButtonProps={{ "aria-label": t`Clear filters on facts` }}
        w={width}
      />
      <MultiSelect
        aria-label={t`Facts to show`}
        placeholder={fact.length === 0 ? t`Show facts` : ""}
        data={facts.map((each) => ({ value: each.fact, label: each.fact }))}
        value={fact}
        onChange={(values) => onChange({ fact: given(values) })}
        searchable
        clearable
        clearButtonProps={{ "aria-label": t`Show no facts` }}
        w={width}
      />
    </>
  )
}
