/** Positions on the line of a day. Pure. */

export interface Line {
  startMs: number
  endMs: number
}

interface Stretch {
  from: string
  to: string
}

const HOUR_MS = 3_600_000
const FIRST_HOUR = 8
const LAST_HOUR = 22

/** Return the part of the day that is drawn: 08:00 to 22:00 in the server's zone, and more if needed. */
export function lineOf(
  from: string,
  to: string,
  stretches: readonly Stretch[],
  moments: readonly string[],
): Line {
  const [day, end] = [Date.parse(from), Date.parse(to)]
  const first = Math.min(
    ...stretches.map((each) => Date.parse(each.from)),
    ...moments.map(Date.parse),
  )
  const last = Math.max(...stretches.map((each) => Date.parse(each.to)), ...moments.map(Date.parse))
  const hour = (ms: number, round: (hours: number) => number) =>
    day + round((ms - day) / HOUR_MS) * HOUR_MS
  return {
    startMs: Math.max(day, Math.min(day + FIRST_HOUR * HOUR_MS, hour(first, Math.floor))),
    endMs: Math.min(end, Math.max(day + LAST_HOUR * HOUR_MS, hour(last, Math.ceil))),
  }
}

/** Return the position of *ms* on the line, from 0 to 1. */
export function placeOf(ms: number, line: Line): number {
  return Math.min(1, Math.max(0, (ms - line.startMs) / (line.endMs - line.startMs)))
}

/** Return every *every*-th full hour on the line, including its ends. */
export function ticksOf(line: Line, every: number): number[] {
  const ticks: number[] = []
  for (let ms = line.startMs; ms <= line.endMs; ms += every * HOUR_MS) ticks.push(ms)
  return ticks
}
