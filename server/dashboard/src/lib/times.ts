/** Times in words, in the viewer's time zone. */
import { t } from "@lingui/core/macro"

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Return a format that is created when it is first used: each takes milliseconds. */
function format(options: Intl.DateTimeFormatOptions): () => Intl.DateTimeFormat {
  let made: Intl.DateTimeFormat | undefined
  return () => {
    made ??= new Intl.DateTimeFormat(undefined, options)
    return made
  }
}

const clock = format({ hour: "2-digit", minute: "2-digit" })
const weekday = format({
  weekday: "short",
  day: "numeric",
  month: "short",
})
const whole = format({
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "short",
})
const aDay = format({
  weekday: "long",
  day: "numeric",
  month: "long",
  timeZone: "UTC",
})

const days = format({
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
})

/** Return the hour and minute of *moment*. */
export function clockOf(moment: string): string {
  return clock().format(Date.parse(moment))
}

/** Return *moment* with its date, to the second, with the zone. */
export function wholeOf(moment: string): string {
  return whole().format(Date.parse(moment))
}

/** Return the weekday and date of a calendar day such as 2026-11-23. */
export function dayName(day: string): string {
  return aDay().format(Date.parse(`${day}T00:00:00Z`))
}

/** Return a range of calendar days without repetition: `10 – 20 Nov 2026`, or the one day that is known. */
export function daysOf(from: string | null | undefined, to: string | null | undefined): string {
  const [first, last] = [from, to].map((day) => (day == null ? null : new Date(`${day}T00:00:00Z`)))
  if (first == null) return ""
  if (last == null) return `${days().format(first)} –`
  if (first <= last) return days().formatRange(first, last)
  return `${days().format(first)} – ${days().format(last)}`
}

/** Return a short date and time. */
export function shortOf(moment: string): string {
  return `${weekday().format(Date.parse(moment))}, ${clockOf(moment)}`
}

/** Return how long ago *moment* is at *nowMs*: `just now`, `4 min ago`, `yesterday, 17:40`. */
export function agoOf(moment: string, nowMs: number): string {
  const at = Date.parse(moment)
  const since = nowMs - at
  if (since < MINUTE) return t`just now`
  const [hours, minutes] = [Math.floor(since / HOUR), Math.floor(since / MINUTE)]
  if (since < HOUR) return t`${minutes} min ago`
  if (since < 12 * HOUR) return t`${hours} h ago`
  const days = midnightOf(nowMs) - midnightOf(at)
  const time = clockOf(moment)
  if (days === 0) return time
  if (days <= DAY + HOUR) return t`yesterday, ${time}`
  return shortOf(moment)
}

/** Return a span of time in its largest two parts: `2 min 30 s`, `1 h 5 min`. */
export function spanOf(seconds: number): string {
  const total = Math.round(Math.abs(seconds))
  if (total < 60) return t`${{ seconds: total }} s`
  const [hours, minutes, rest] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60]
  if (hours === 0) return rest === 0 ? t`${minutes} min` : t`${minutes} min ${{ seconds: rest }} s`
  return minutes === 0 ? t`${hours} h` : t`${hours} h ${minutes} min`
}

function midnightOf(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0)
}
