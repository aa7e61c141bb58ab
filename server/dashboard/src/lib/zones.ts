/** What the clock of the person shows whose time it is, beside the clock of who looks. */

import { clockOf } from "@/lib/times"

interface Clock {
  /** The date too, so that two of them can be compared. */
  whole: Intl.DateTimeFormat
  timeZone: string | undefined
  /** Made when they are needed: each takes a browser milliseconds, and mostly the times are the same. */
  time?: Intl.DateTimeFormat
  timeOfDay?: Intl.DateTimeFormat
  /** For an offset, which older browsers do not know as a zone. */
  aheadMs: number
}

const OFFSET = /^([+-])(\d\d):(\d\d)$/
const MINUTE_MS = 60_000
const SHORT = { hour: "2-digit", minute: "2-digit" } as const
const clocks = new Map<string | undefined, Clock | null>()

/** Return `09:12 in Lisbon (Europe/Lisbon)`; null when that is the viewer's time, or nobody knows the zone. */
export function theirTimeOf(moment: string, zone: string | null | undefined): string | null {
  const time = theirClockOf(moment, zone)
  return time === null || zone == null ? null : `${time} in ${zoneWords(zone)}`
}

/** Return the same without the zone; with the weekday when it is another day there. */
export function theirClockOf(moment: string, zone: string | null | undefined): string | null {
  const [mine, theirs] = [clockIn(undefined), zone == null ? null : clockIn(zone)]
  if (mine === null || theirs === null) return null
  const at = Date.parse(moment)
  const shifted = at + theirs.aheadMs
  const [here, there] = [mine.whole.format(at), theirs.whole.format(shifted)]
  if (here === there) return null
  return formatOf(theirs, here.slice(0, 10) === there.slice(0, 10)).format(shifted)
}

/** Return the viewer's clock, and where it shows another time the person's: `12:00 (11:00 in Lisbon ...)`. */
export function bothClocksOf(moment: string, zone: string | null): string {
  const theirs = theirTimeOf(moment, zone)
  return theirs === null ? clockOf(moment) : `${clockOf(moment)} (${theirs})`
}

/** Return a zone as people say it: `Lisbon (Europe/Lisbon)`, `UTC+05:45`. */
function zoneWords(zone: string): string {
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
      // Swedes write 2026-11-23 09:12, in every browser.
      whole: new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone }),
      timeZone,
    }
  } catch {
    // Agents may know zones that this browser does not.
    return null
  }
}

/** Return the zone of this browser; null where it knows none, or one that is no place. */
export function browserZone(): string | null {
  const zone: string | undefined = Intl.DateTimeFormat().resolvedOptions().timeZone
  return zone === undefined || zone === "Etc/Unknown" || clockIn(zone) === null ? null : zone
}

/** Return the zones to choose from, *zone* among them. */
export function zonesWith(zone: string): string[] {
  return [...new Set(["UTC", ...Intl.supportedValuesOf("timeZone"), zone])].sort()
}
