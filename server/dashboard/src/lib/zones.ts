/** Times in the employee's time zone, next to those in the viewer's. */

import { t } from "@lingui/core/macro"
import { clockOf } from "@/lib/times"

interface Clock {
  /** With the date, so that two times can be compared. */
  whole: Intl.DateTimeFormat
  timeZone: string | undefined
  /** Created when needed: each takes milliseconds, and most times are the same. */
  time?: Intl.DateTimeFormat
  timeOfDay?: Intl.DateTimeFormat
  /** For offsets, which older browsers do not accept as a zone. */
  aheadMs: number
}

const OFFSET = /^([+-])(\d\d):(\d\d)$/
const MINUTE_MS = 60_000
const SHORT = { hour: "2-digit", minute: "2-digit" } as const
const clocks = new Map<string | undefined, Clock | null>()

/** Return `09:12 in Lisbon (Europe/Lisbon)`; null if that equals the viewer's time, or the zone is unknown. */
export function theirTimeOf(moment: string, zone: string | null | undefined): string | null {
  const time = theirClockOf(moment, zone)
  if (time === null || zone == null) return null
  const place = zoneWords(zone)
  return t`${time} in ${place}`
}

/** Return the same without the zone, and with the weekday if it is another day there. */
export function theirClockOf(moment: string, zone: string | null | undefined): string | null {
  if (zone == null) return null
  const [mine, theirs] = [clockIn(undefined), clockIn(zone)]
  if (mine === null || theirs === null) return null
  const at = Date.parse(moment)
  const shifted = at + theirs.aheadMs
  const [here, there] = [mine.whole.format(at), theirs.whole.format(shifted)]
  if (here === there) return null
  return formatOf(theirs, here.slice(0, 10) === there.slice(0, 10)).format(shifted)
}

/** Return the viewer's time, and the employee's if it differs: `12:00 (11:00 in Lisbon ...)`. */
export function bothClocksOf(moment: string, zone: string | null): string {
  const theirs = theirTimeOf(moment, zone)
  return theirs === null ? clockOf(moment) : `${clockOf(moment)} (${theirs})`
}

/** Return the hour and minute of *moment* in *zone*; in the viewer's if that is not known. */
export function clockThere(moment: string, zone: string | null): string {
  const there = clockIn(zone ?? undefined)
  if (there === null) return clockOf(moment)
  return formatOf(there, true).format(Date.parse(moment) + there.aheadMs)
}

/** Return the name of a zone: `Lisbon (Europe/Lisbon)`, `UTC+05:45`. */
export function zoneWords(zone: string): string {
  if (OFFSET.test(zone)) return `UTC${zone}`
  const city = zone.split("/").at(-1)?.replaceAll("_", " ")
  return !zone.includes("/") || zone.startsWith("Etc/") ? zone : `${city} (${zone})`
}

function clockIn(zone: string | undefined): Clock | null {
  const known = clocks.get(zone)
  if (known !== undefined) return known
  const made = makeClock(zone)
  clocks.set(zone, made)
  return made
}

function formatOf(clock: Clock, sameDay: boolean): Intl.DateTimeFormat {
  const { timeZone } = clock
  if (sameDay) {
    clock.time ??= new Intl.DateTimeFormat(undefined, { ...SHORT, timeZone })
    return clock.time
  }
  clock.timeOfDay ??= new Intl.DateTimeFormat(undefined, { ...SHORT, weekday: "short", timeZone })
  return clock.timeOfDay
}

function makeClock(zone: string | undefined): Clock | null {
  const [offset, sign, hours, minutes] = zone?.match(OFFSET) ?? []
  const timeZone = offset === undefined ? zone : "UTC"
  const ahead = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * MINUTE_MS
  try {
    return {
      aheadMs: sign === "-" ? -ahead : ahead,
      // Swedish dates are ISO dates, in every browser.
      whole: new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone }),
      timeZone,
    }
  } catch {
    // Agents may know zones that this browser does not.
    return null
  }
}

/** Return the time zone of this browser; null if it is unknown. */
export function browserZone(): string | null {
  const zone: string | undefined = Intl.DateTimeFormat().resolvedOptions().timeZone
  return zone === undefined || zone === "Etc/Unknown" || clockIn(zone) === null ? null : zone
}

/** Return all time zones, including *zone*. */
export function zonesWith(zone: string): string[] {
  return [...new Set(["UTC", ...Intl.supportedValuesOf("timeZone"), zone])].sort()
}
