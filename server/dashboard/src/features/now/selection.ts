/** Which rows are shown, and in which order. Pure, and quick for ten thousand of them. */
import type { PresenceRow, State } from "@/api/presence"
import { STATES } from "@/lib/states"

export const SORTS = ["name", "state", "seen", "logs"] as const
export type Sort = (typeof SORTS)[number]

export interface Wanted {
  q?: string | undefined
  /** The name of a team. */
  team?: string | undefined
  state?: State | undefined
  attention?: boolean | undefined
}

/** A row with what is looked for in it, written small once. */
export interface Found {
  row: PresenceRow
  text: string
}

const collator = new Intl.Collator(undefined, { numeric: true })
const byName = (a: Found, b: Found) => collator.compare(a.row.username, b.row.username)
const rankOf = (state: State) => STATES.indexOf(state)
const seenAt = (row: PresenceRow) => (row.last_seen === null ? 0 : Date.parse(row.last_seen))

const ORDERS: Record<Sort, (a: Found, b: Found) => number> = {
  name: byName,
  state: (a, b) => rankOf(a.row.state) - rankOf(b.row.state) || byName(a, b),
  seen: (a, b) => seenAt(b.row) - seenAt(a.row),
  logs: (a, b) => b.row.logs_today - a.row.logs_today || byName(a, b),
}

/** Return *rows* in order, ready to be looked through; *turned* is the other way round. */
export function ordered(rows: readonly PresenceRow[], sort: Sort, turned: boolean): Found[] {
  const found = rows.map((row) => ({
    row,
    text: `${row.username}\n${row.hostname}\n${row.teams.join("\n")}`.toLocaleLowerCase(),
  }))
  found.sort(ORDERS[sort])
  return turned ? found.reverse() : found
}

/** Return those that have every word that was typed, and are of the team. */
export function matching(found: readonly Found[], wanted: Pick<Wanted, "q" | "team">): Found[] {
  const words = (wanted.q ?? "").toLocaleLowerCase().split(/\s+/).filter(Boolean)
  return found.filter(
    ({ row, text }) =>
      words.every((word) => text.includes(word)) &&
      (wanted.team === undefined || row.teams.includes(wanted.team)),
  )
}

/** Return those of a state, and with something wrong if that is asked for. */
export function narrowed(found: readonly Found[], wanted: Wanted): Found[] {
  return found.filter(
    ({ row }) =>
      (wanted.state === undefined || row.state === wanted.state) &&
      (wanted.attention !== true || row.attention.length > 0),
  )
}

/** Return how many there are of each state. */
export function countsOf(found: readonly Found[]): Record<State, number> {
  const counts: Record<State, number> = { online: 0, overdue: 0, offline: 0, never: 0 }
  for (const { row } of found) counts[row.state] += 1
  return counts
}
