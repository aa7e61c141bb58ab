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

/** Return the weekday of a day in a few letters. */
export function weekdayOf(year: number, month: number, day: number): string {
  return new Intl.DateTimeFormat(undefined, { weekday: "short", timeZone: "UTC" }).format(
    at(year, month, day),
  )
}
