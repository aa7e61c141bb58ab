import { t } from "@lingui/core/macro"
import { SegmentedControl } from "@mantine/core"
import type { LogFilter } from "@/api/logs"
import { FILTER_FIELDS } from "@/components/filter-fields"
import classes from "./logs.module.css"

interface LogFiltersProps {
  filter: LogFilter
  onChange: (change: LogFilter) => void
}

const ALL = "all"
const kinds = () => [
  { value: ALL, label: t`All` },
  { value: "taken", label: t`With screenshot` },
  { value: "none", label: t`Without screenshot` },
  { value: "missed", label: t`Missed` },
]

/** The filters of the list, which are stored in the URL. */
export function LogFilters({ filter, onChange }: LogFiltersProps) {
  const what = filter.kind === "missed" ? "missed" : (filter.screenshot ?? ALL)
  const choose = (chosen: string) =>
    onChange({
      kind: chosen === "missed" ? "missed" : undefined,
      screenshot: chosen === "taken" || chosen === "none" ? chosen : undefined,
    })
  return (
    <search className={classes.filters}>
      {FILTER_FIELDS.map(({ title, Control }) => (
        <Control key={title.id} filter={filter} onChange={onChange} />
      ))}
      <SegmentedControl
        aria-label={t`Filter logs`}
        className={classes.which}
        data={kinds()}
        value={what}
        onChange={choose}
      />
    </search>
  )
}
