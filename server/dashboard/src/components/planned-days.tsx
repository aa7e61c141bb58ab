import { plural, t } from "@lingui/core/macro"
import { VisuallyHidden } from "@mantine/core"
import type { PlannedDaysTable } from "@/api/planning"
import classes from "@/components/planned-days.module.css"
import { TextLink } from "@/components/text-link"
import { DAY_KINDS, type DayKind, dayKindLetter, dayKindOf, dayKindWords } from "@/lib/day-kinds"
import { daysOfMonth, MONTHS, monthName, monthOf, weekdayOf } from "@/lib/months"

type Row = PlannedDaysTable["rows"][number]

interface PlannedDaysProps {
  table: PlannedDaysTable
  year: number
  /** Null shows the whole year. */
  month: number | null
  onMonth: (month: number) => void
  /** In "My data" the name is no link. */
  isOwn?: boolean
}

/** The kind of each day of some employees: a strip for each month, or one month day by day. */
export function PlannedDays({ table, year, month, onMonth, isOwn = false }: PlannedDaysProps) {
  return (
    <>
      <Legend />
      {month === null ? (
        <Year rows={table.rows} year={year} onMonth={onMonth} isOwn={isOwn} />
      ) : (
        <Month table={table} year={year} month={month} isOwn={isOwn} />
      )}
    </>
  )
}

function Legend() {
  return (
    <ul className={classes.legend} aria-label={t`Legend`}>
      {DAY_KINDS.map((kind) => (
        <li key={kind}>
          <span className={classes.mark} data-kind={kind} aria-hidden>
            {dayKindLetter(kind)}
          </span>
          {dayKindWords(kind)}
        </li>
      ))}
    </ul>
  )
}

interface YearProps {
  rows: Row[]
  year: number
  onMonth: (month: number) => void
  isOwn: boolean
}

function Year({ rows, year, onMonth, isOwn }: YearProps) {
  return (
    <table className={classes.year} aria-label={t`Planned days of ${{ year: String(year) }}`}>
      <thead>
        <tr>
          <th scope="col">{t`Employee`}</th>
          {MONTHS.map((month) => (
            <th key={month} scope="col">
              <button type="button" className={classes.month} onClick={() => onMonth(month)}>
                {monthName(month)}
              </button>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.employee_id}>
            <Name row={row} isOwn={isOwn} />
            {MONTHS.map((month) => (
              <td key={month}>
                <button type="button" className={classes.month} onClick={() => onMonth(month)}>
                  {monthName(month)}
                </button>
                <Strip days={monthOf(row.days, year, month)} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Name({ row, isOwn }: { row: Row; isOwn: boolean }) {
  const name = row.display_name ?? row.username
  if (isOwn) return <th scope="row">{name}</th>
  return (
    <th scope="row">
      <TextLink to="/employees/$employeeId" params={{ employeeId: row.employee_id }}>
        {name}
      </TextLink>
    </th>
  )
}

function Strip({ days }: { days: string }) {
  const letters = [...days]
  const counts = DAY_KINDS.map((kind) => ({
    kind,
    count: letters.filter((letter) => letter === kind).length,
  })).filter(({ count }) => count > 0)
  const shown = counts.filter(({ kind }) => kind === "l" || kind === "h")
  return (
    <>
      <svg
        className={classes.strip}
        viewBox={`0 0 ${letters.length} 1`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {counts.map(({ kind }) => (
          <path key={kind} data-kind={kind} d={pathOf(letters, kind)} />
        ))}
      </svg>
      <span className={classes.counts} aria-hidden>
        {shown.map(({ kind, count }) => `${count} ${dayKindLetter(kind)}`).join(" · ")}
      </span>
      <VisuallyHidden>
        {counts.length === 0
          ? t`No schedule`
          : counts.map(({ kind, count }) => countWords(kind, count)).join(", ")}
      </VisuallyHidden>
    </>
  )
}

const pathOf = (letters: string[], kind: DayKind) =>
  letters.map((letter, day) => (letter === kind ? `M${day} 0h1v1h-1z` : "")).join("")

function countWords(kind: DayKind, count: number): string {
  const words: Record<DayKind, () => string> = {
    w: () => plural(count, { one: "# working day", other: "# working days" }),
    o: () => plural(count, { one: "# day off", other: "# days off" }),
    h: () => plural(count, { one: "# public holiday", other: "# public holidays" }),
    l: () => plural(count, { one: "# day of leave", other: "# days of leave" }),
  }
  return words[kind]()
}

interface MonthProps {
  table: PlannedDaysTable
  year: number
  month: number
  isOwn: boolean
}

function Month({ table, year, month, isOwn }: MonthProps) {
  const days = Array.from({ length: daysOfMonth(year, month) }, (_, index) => index + 1)
  const label = `${monthName(month, "long")} ${year}`
  const isToday = (day: number) =>
    table.today === `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    <section className={classes.scroll} aria-label={t`Days of ${{ month: label }}`} tabIndex={0}>
      <table className={classes.days} aria-label={t`Planned days of ${{ month: label }}`}>
        <thead>
          <tr>
            <th scope="col">
              <VisuallyHidden>{t`Employee`}</VisuallyHidden>
            </th>
            {days.map((day) => (
              <th key={day} scope="col" data-today={isToday(day)}>
                <span>{weekdayOf(year, month, day)}</span>
                {day}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row) => (
            <tr key={row.employee_id}>
              <Name row={row} isOwn={isOwn} />
              {days.map((day) => (
                <Day key={day} letter={monthOf(row.days, year, month)[day - 1]} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Day({ letter }: { letter: string | undefined }) {
  const kind = dayKindOf(letter)
  if (kind === null) return <td />
  return (
    <td data-kind={kind}>
      <abbr title={dayKindWords(kind)}>{dayKindLetter(kind)}</abbr>
    </td>
  )
}
