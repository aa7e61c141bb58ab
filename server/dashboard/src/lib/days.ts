/** Calendar days such as 2026-11-23, which belong to no zone. */

const DAY_MS = 86_400_000

/** Return the day *count* days before *day*; after it for negative numbers. */
export function daysBefore(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - count * DAY_MS).toISOString().slice(0, 10)
}

/** Return every day from *first* to *last*, both included. */
export function daysFrom(first: string, last: string): string[] {
  const days: string[] = []
  for (let day = first; day <= last; day = daysBefore(day, -1)) days.push(day)
  return days
}
