import { t } from "@lingui/core/macro"
import "@mantine/dates/styles.layer.css"
import { DatePickerInput } from "@mantine/dates"
import { useQuery } from "@tanstack/react-query"
import CalendarDays from "lucide-react/icons/calendar-days"
import { useEffect, useState } from "react"
import { siteQuery } from "@/api/site"
import classes from "@/components/range-picker.module.css"
import { CALENDAR } from "@/lib/calendar"
import { daysBefore } from "@/lib/days"
import { daysOf } from "@/lib/times"

interface RangePickerProps {
  from: string | undefined
  to: string | undefined
  onChange: (from: string | undefined, to: string | undefined) => void
  /** Shown above the field. Without one, screen readers get a default label. */
  label?: string
  error?: string | undefined
}

type Range = [string | null, string | null]

const [WEEK, FORTNIGHT] = [6, 13]
const labels = () => ({
  previousMonth: t`Previous month`,
  nextMonth: t`Next month`,
  previousYear: t`Previous year`,
  nextYear: t`Next year`,
  previousDecade: t`Previous ten years`,
  nextDecade: t`Next ten years`,
})
const ONE_LINE = {
  input: { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" },
} as const

/** A first and a last day, within the retention period. */
export function RangePicker({ from, to, onChange, label, error }: RangePickerProps) {
  const { data: site } = useQuery(siteQuery)
  const [range, setRange] = useState<Range>([from ?? null, to ?? null])
  useEffect(() => setRange([from ?? null, to ?? null]), [from, to])
  const change = ([first, last]: Range) => {
    setRange([first, last])
    // Half of a range is not finished yet.
    if ((first === null) === (last === null)) onChange(first ?? undefined, last ?? undefined)
  }
  return (
    <DatePickerInput
      type="range"
      {...(label === undefined ? { "aria-label": t`Days` } : { label })}
      error={error}
      placeholder={t`All stored days`}
      valueFormatter={() => daysOf(range[0], range[1])}
      allowSingleDateInRange
      clearable
      ariaLabels={labels()}
      {...CALENDAR}
      classNames={{
        datePickerRoot: classes.picker ?? "",
        presetsList: classes.presets ?? "",
        day: classes.day ?? "",
      }}
      styles={ONE_LINE}
      clearButtonProps={{ "aria-label": t`All days` }}
      leftSection={<CalendarDays size={16} aria-hidden />}
      value={range}
      onChange={change}
      w={label === undefined ? { base: "100%", xs: 270 } : "100%"}
      {...(site === undefined
        ? {}
        : {
            minDate: site.oldest_kept,
            maxDate: site.today,
            presets: [
              { label: t`Today`, value: [site.today, site.today] },
              {
                label: t`Yesterday`,
                value: [daysBefore(site.today, 1), daysBefore(site.today, 1)],
              },
              { label: t`Last 7 days`, value: [daysBefore(site.today, WEEK), site.today] },
              {
                label: t`Last 14 days`,
                value: [daysBefore(site.today, FORTNIGHT), site.today],
              },
              { label: t`All stored days`, value: [site.oldest_kept, site.today] },
            ] satisfies { label: string; value: [string, string] }[],
          })}
    />
  )
}
