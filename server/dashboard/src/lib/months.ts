/** The months of a year, as numbers from 1 to 12. */

export const MONTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] as const

const DAY_MS = 86_400_000
const at = (year: number, month: number, day = 1) => Date.UTC(year, month - 1, day)

/** Return the number of days of a month. */
export function daysOfMonth(year: number, month: number): number {
  return (at(year, month + 1) - at(year, month)) / DAY_MS
}

/** Return the part of *days*, one letter for each day of the year, that is of a month. */
export function monthOf(days: string, year: number, month: number): string {
  const first = (at(year, month) - at(year, 1)) / DAY_MS
  return days.slice(first, first + daysOfMonth(year, month))
}

/** Return the name of a month, in the language of the browser. */
export function monthName(month: number, style: "short" | "long" = "short"): string {
  return new Intl.DateTimeFormat(undefined, { month: style, timeZone: "UTC" }).format(
    at(2026, month),
  )
}

/** Return the months such as 2026-11 from one day to another, newest first. */
export function monthsBetween(first: string, last: string): string[] {
  const months: string[] = []
  let [year, month] = [Number(last.slice(0, 4)), Number(last.slice(5, 7))]
  for (let name = last.slice(0, 7); name >= first.slice(0, 7); name = nameOf(year, month)) {
    months.push(name)
    ;[year, month] = month === 1 ? [year - 1, 12] : [year, month - 1]
  }
  return months
}

const nameOf = (year: number, month: number) => `${year}-${String(month).padStart(2, "0")}`

/** Return a month such as 2026-11 in words. */
export function monthWords(month: string): string {
  return new Intl.DateTimeFormat(undefined, {
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  }).format(Date.parse(`${month}-01T00:00:00Z`))
}

/** Return the first and the last day of a month such as 2026-11. */
export function rangeOf(month: string): { from: string; to: string } {
  const count = daysOfMonth(Number(month.slice(0, 4)), Number(month.slice(5, 7)))
  return { from: `${month}-01`, to: `${month}-${count}` }
}

/** Return the weekday of a day in a few letters. */
export function weekdayOf(year: number, month: number, day: number): string {
  return new Intl.DateTimeFormat(undefined, { weekday: "short", timeZone: "UTC" }).format(
    at(year, month, day),
  )
}
