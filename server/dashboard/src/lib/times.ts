/** Times as people say them, in the zone of who looks. */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" })
const weekday = new Intl.DateTimeFormat(undefined, {
  weekday: "short",
  day: "numeric",
  month: "short",
})
const whole = new Intl.DateTimeFormat(undefined, {
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "short",
})
const aDay = new Intl.DateTimeFormat(undefined, {
  weekday: "long",
  day: "numeric",
  month: "long",
  timeZone: "UTC",
})

const days = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
})

/** Return the hour and minute of *moment*. */
export function clockOf(moment: string): string {
  return time.format(Date.parse(moment))
}

/** Return *moment* with its date, to the second, with the zone. */
export function wholeOf(moment: string): string {
  return whole.format(Date.parse(moment))
}

/** Return the weekday and date of a calendar day such as 2026-11-23. */
export function dayName(day: string): string {
  return aDay.format(Date.parse(`${day}T00:00:00Z`))
}

/** Return two calendar days, and each part of them once: `10 – 20 Nov 2026`; one where the other is not known. */
export function daysOf(from: string | null | undefined, to: string | null | undefined): string {
  const [first, last] = [from, to].map((day) => (day == null ? null : new Date(`${day}T00:00:00Z`)))
  if (first == null) return ""
  if (last == null) return `${days.format(first)} –`
  if (first <= last) return days.formatRange(first, last)
  return `${days.format(first)} – ${days.format(last)}`
}

/** Return a date and a time, short. */
export function shortOf(moment: string): string {
  return `${weekday.format(Date.parse(moment))}, ${clockOf(moment)}`
}

/** Return how long ago *moment* is at *nowMs*: `just now`, `4 min ago`, `yesterday, 17:40`. */
export function agoOf(moment: string, nowMs: number): string {
  const at = Date.parse(moment)
  const since = nowMs - at
  if (since < MINUTE) return "just now"
  if (since < HOUR) return `${Math.floor(since / MINUTE)} min ago`
  if (since < 12 * HOUR) return `${Math.floor(since / HOUR)} h ago`
  const days = midnightOf(nowMs) - midnightOf(at)
  if (days === 0) return clockOf(moment)
  if (days <= DAY + HOUR) return `yesterday, ${clockOf(moment)}`
  return `${weekday.format(at)}, ${clockOf(moment)}`
}

/** Return a span of time in its largest two parts: `2 min 30 s`, `1 h 5 min`. */
export function spanOf(seconds: number): string {
  const whole = Math.round(Math.abs(seconds))
  if (whole < 60) return `${whole} s`
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  if (hours === 0) return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`
  return minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`
}

function midnightOf(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0)
}
