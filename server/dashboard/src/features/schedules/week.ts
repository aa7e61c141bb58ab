/** Working hours of a week, in words and as fields of a form. */
import { t } from "@lingui/core/macro"
import type { Hours, WeekHours } from "@/api/planning"

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const
export type Weekday = (typeof WEEKDAYS)[number]

// A Monday.
const MONDAY = Date.UTC(2026, 10, 23)
const DAY_MS = 86_400_000

const OFFICE: Hours = { begin: "09:00", end: "17:00" }

/** What a new schedule begins with. */
export const FULL_TIME: WeekHours = {
  mon: [OFFICE],
  tue: [OFFICE],
  wed: [OFFICE],
  thu: [OFFICE],
  fri: [OFFICE],
  sat: [],
  sun: [],
}

export function weekdayName(day: Weekday, style: "short" | "long"): string {
  const moment = MONDAY + WEEKDAYS.indexOf(day) * DAY_MS
  return new Intl.DateTimeFormat(undefined, { weekday: style, timeZone: "UTC" }).format(moment)
}

/** Whether the hours end on the next day. */
export const isNight = ({ begin, end }: Hours): boolean => end !== "" && end <= begin

const hoursWords = ({ begin, end }: Hours) => `${begin}–${end}`

/** Return a week in lines such as `Mon–Fri 09:00–17:00`; days with the same hours are one line. */
export function weekWords(week: WeekHours): string[] {
  const lines: { first: Weekday; last: Weekday; hours: string }[] = []
  let before: Weekday | null = null
  for (const day of WEEKDAYS) {
    const hours = week[day].map(hoursWords).join(", ")
    const line = lines.at(-1)
    if (hours !== "" && line !== undefined && line.hours === hours && line.last === before) {
      line.last = day
    } else if (hours !== "") {
      lines.push({ first: day, last: day, hours })
    }
    before = day
  }
  return lines.map(({ first, last, hours }) => {
    const [from, to] = [weekdayName(first, "short"), weekdayName(last, "short")]
    return first === last ? `${from} ${hours}` : `${from}–${to} ${hours}`
  })
}

/** Return the working time of a week, such as `38.5 h a week`. */
export function hoursOfWeek(week: WeekHours): string {
  const minutes = WEEKDAYS.flatMap((day) => week[day]).reduce(
    (sum, each) => sum + lengthOf(each),
    0,
  )
  return t`${{ hours: new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 }).format(minutes / 60) }} h a week`
}

function lengthOf({ begin, end }: Hours): number {
  const [from, to] = [begin, end].map((time) => {
    const [hours = 0, minutes = 0] = time.split(":").map(Number)
    return hours * 60 + minutes
  }) as [number, number]
  return to > from ? to - from : to - from + 24 * 60
}
