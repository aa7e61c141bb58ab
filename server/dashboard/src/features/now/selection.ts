/** Filters and sorts the employees. Pure, and fast for ten thousand of them. */
import type { PresenceRow } from "@/api/presence"
import { type PersonState, STATES } from "@/lib/states"

export const SORTS = ["name", "state", "seen", "logs"] as const
export type Sort = (typeof SORTS)[number]

export interface Wanted {
  q?: string | undefined
  /** The name of a team. */
  team?: string | undefined
  state?: PersonState | undefined
  attention?: boolean | undefined
}

type Devices = [PresenceRow, ...PresenceRow[]]

/** An employee with all devices, the most recently seen first. */
export interface Person {
  employeeId: number
  username: string
  /** The display name, or else the username. */
  name: string
  teams: readonly string[]
  devices: Readonly<Devices>
  /** The state of the most recently seen device, or why it is not online. */
  state: PersonState
  logs: number
  attention: boolean
  /** The text that is searched, in lower case. */
  text: string
}

/** A line of the table: an employee, or one of several devices below. */
export interface Line {
  key: string
  person: Person
  /** Null in the line of an employee with several devices, which follow. */
  device: PresenceRow | null
  isBelow: boolean
}

const collator = new Intl.Collator(undefined, { numeric: true })
const byName = (a: Person, b: Person) => collator.compare(a.name, b.name)
const rankOf = (state: PersonState) => STATES.indexOf(state)
const seenAt = ({ last_seen }: PresenceRow) => (last_seen === null ? 0 : Date.parse(last_seen))

const ORDERS: Record<Sort, (a: Person, b: Person) => number> = {
  name: byName,
  state: (a, b) => rankOf(a.state) - rankOf(b.state) || byName(a, b),
  seen: (a, b) => seenAt(b.devices[0]) - seenAt(a.devices[0]),
  logs: (a, b) => b.logs - a.logs || byName(a, b),
}

/** Return the employees of *rows*, each once, sorted. */
export function ordered(rows: readonly PresenceRow[], sort: Sort, descending: boolean): Person[] {
  const devices = new Map<number, Devices>()
  for (const row of rows) {
    const known = devices.get(row.employee_id)
    if (known === undefined) devices.set(row.employee_id, [row])
    else known.push(row)
  }
  const people = Array.from(devices.values(), personOf)
  people.sort(ORDERS[sort])
  return descending ? people.reverse() : people
}

function personOf(devices: Devices): Person {
  devices.sort((a, b) => seenAt(b) - seenAt(a))
  const [newest] = devices
  const hosts = devices.map((each) => each.hostname).join("\n")
  return {
    employeeId: newest.employee_id,
    username: newest.username,
    name: newest.display_name ?? newest.username,
    teams: newest.teams,
    devices,
    state: stateOf(newest),
    logs: devices.reduce((sum, each) => sum + each.logs_today, 0),
    attention: devices.some((each) => each.attention.length > 0),
    text: [newest.display_name, newest.username, hosts, ...newest.teams].join("\n").toLowerCase(),
  }
}

/** Return the state of somebody with this device: schedules say whether one is expected. */
function stateOf({ state, plan }: PresenceRow): PersonState {
  if (plan === undefined || state === "online" || state === "overdue") return state
  if (plan !== "working") return plan
  return state === "never" ? "never" : "expected"
}

/** Return those that contain every word and are in the team. */
export function matching(people: readonly Person[], wanted: Pick<Wanted, "q" | "team">): Person[] {
  const words = (wanted.q ?? "").toLowerCase().split(/\s+/).filter(Boolean)
  return people.filter(
    ({ teams, text }) =>
      words.every((word) => text.includes(word)) &&
      (wanted.team === undefined || teams.includes(wanted.team)),
  )
}

/** Return those in a state, and only those that need attention if wanted. */
export function narrowed(people: readonly Person[], wanted: Wanted): Person[] {
  return people.filter(
    (person) =>
      (wanted.state === undefined || person.state === wanted.state) &&
      (wanted.attention !== true || person.attention),
  )
}

/** Return the number of employees in each state. */
export function countsOf(people: readonly Person[]): Record<PersonState, number> {
  const counts = Object.fromEntries(STATES.map((state) => [state, 0])) as Record<
    PersonState,
    number
  >
  for (const { state } of people) counts[state] += 1
  return counts
}

/** Return the lines of the table. Employees with several devices have a line for each device below. */
export function linesOf(people: readonly Person[]): Line[] {
  return people.flatMap((person) => {
    const isSeveral = person.devices.length > 1
    const below = person.devices.map((device) => ({
      key: `device-${device.agent_id}`,
      person,
      device,
      isBelow: isSeveral,
    }))
    if (!isSeveral) return below
    return [{ key: `person-${person.employeeId}`, person, device: null, isBelow: false }, ...below]
  })
}

/** Return how many devices they have. */
export const deviceCountOf = (people: readonly Person[]) =>
  people.reduce((sum, { devices }) => sum + devices.filter((each) => each.hostname).length, 0)
