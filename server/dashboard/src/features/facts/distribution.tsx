import { t } from "@lingui/core/macro"
import { Select, Skeleton, Text, UnstyledButton } from "@mantine/core"
import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { type ReactNode, useState } from "react"
import { Failed } from "@/components/failed"
import { Panel } from "@/components/panel"
import { devices } from "@/lib/counts"
import { filterOf, valueWords } from "@/lib/fact-values"
import { distributionQuery, type FactColumn, type FactSearch, type PluginFacts } from "./facts"
import classes from "./facts.module.css"

interface DistributionProps {
  plugin: PluginFacts
  search: FactSearch
  onSearch: (search: FactSearch) => void
}

const FIRST = ["bool", "choice"]

/** How one fact is distributed over the devices. A click on a value filters by it. */
export function Distribution({ plugin, search, onSearch }: DistributionProps) {
  const usual = plugin.facts.find(({ type }) => FIRST.includes(type)) ?? plugin.facts[0]
  const [chosen, setChosen] = useState(usual?.fact ?? "")
  const column = plugin.facts.find(({ fact }) => fact === chosen)
  if (column === undefined) return null
  const filter = (...where: string[]) =>
    onSearch({ ...search, where: [...new Set([...(search.where ?? []), ...where])] })
  return (
    <Panel
      title={t`Distribution`}
      aside={
        <Select
          aria-label={t`Fact`}
          data={plugin.facts.map(({ fact, label }) => ({ value: fact, label }))}
          value={chosen}
          allowDeselect={false}
          onChange={(fact) => fact !== null && setChosen(fact)}
          w={220}
        />
      }
    >
      <Values column={column} search={search} onFilter={filter} />
      <Text size="sm" c="dimmed" mt="xs">
        {t`${{ what: column.what }}. Why it is collected: ${{ why: column.why }}.`}{" "}
        {column.differs > 0 && t`${devices(column.differs)} declare another type.`}
      </Text>
    </Panel>
  )
}

interface ValuesProps {
  column: FactColumn
  search: FactSearch
  onFilter: (...where: string[]) => void
}

function Values({ column, search, onFilter }: ValuesProps) {
  const found = useQuery({
    ...distributionQuery(column.fact, search),
    placeholderData: keepPreviousData,
  })
  if (found.isPending) return <Skeleton height={80} role="status" aria-label={t`Loading`} />
  if (found.isError) return <Failed error={found.error} retry={() => void found.refetch()} />
  const { values, ranges, missing, others, devices: all } = found.data
  const share = (count: number) => count / Math.max(all, 1)
  return (
    <ul className={classes.bars}>
      {values.map(({ value, devices: count }) => (
        <Bar
          key={JSON.stringify(value)}
          label={valueWords(column, value)}
          count={count}
          share={share(count)}
          onClick={typeof value === "object" ? null : () => onFilter(filterOf(column, value))}
        />
      ))}
      {ranges.map(({ low, high, devices: count }) => (
        <Bar
          key={low}
          label={[...new Set([low, high].map((end) => valueWords(column, end)))].join(" – ")}
          count={count}
          share={share(count)}
          onClick={() =>
            onFilter(`${column.fact} is at least ${low}`, `${column.fact} is at most ${high}`)
          }
        />
      ))}
      {others > 0 && <Bar label={t`others`} count={others} share={share(others)} onClick={null} />}
      {missing > 0 && (
        <Bar
          label={t`missing`}
          count={missing}
          share={share(missing)}
          onClick={() => onFilter(`${column.fact} is missing`)}
        />
      )}
    </ul>
  )
}

interface BarProps {
  label: string
  count: number
  /** From 0 to 1. */
  share: number
  onClick: (() => void) | null
}

function Bar({ label, count, share, onClick }: BarProps) {
  const content: ReactNode = (
    <>
      <span className={classes.label}>{label}</span>
      <span className={classes.track} aria-hidden>
        <span className={classes.fill} style={{ width: `${share * 100}%` }} />
      </span>
      <span className={classes.count}>{count}</span>
    </>
  )
  return (
    <li>
      {onClick === null ? (
        <div className={classes.bar}>{content}</div>
      ) : (
        <UnstyledButton
          className={classes.bar}
          aria-label={t`${label}: ${devices(count)}. Show them`}
          onClick={onClick}
        >
          {content}
        </UnstyledButton>
      )}
    </li>
  )
}
