/** The snapshot of presence that early.js requested: shown before the program is loaded, and then by it. */
import type { components } from "@/api/schema"

type Answer = components["schemas"]["Presence"] & { server_time: string }

export interface Snapshot {
  rows: components["schemas"]["PresenceRow"][]
  today: string
  /** How far the server's clock is ahead of this one. */
  offsetMs: number
  tag: string | null
}

const PATH = "/api/presence"

let snapshot: Snapshot | undefined

/** Return the answer of the server in the form in which pages show it. */
export function snapshotOf({ rows, today, server_time }: Answer, tag: string | null): Snapshot {
  return { rows, today, offsetMs: Date.parse(server_time) - Date.now(), tag }
}

/** Wait for the snapshot that was requested early; undefined without one, or if another has read it. */
export async function readEarlySnapshot(): Promise<Snapshot | undefined> {
  const answers = globalThis.earlyAnswers
  const answer = await answers?.get(PATH)?.catch(() => undefined)
  if (answer?.ok !== true || answers?.delete(PATH) !== true) return undefined
  snapshot = snapshotOf(await answer.json(), answer.headers.get("ETag"))
  return snapshot
}

/** Return the snapshot that was read early, if there is one. */
export const earlySnapshot = () => snapshot
