/** The snapshot of presence that early.js requested: shown before the program is loaded, and then by it. */
import type { components } from "@/api/schema"

type Answer = components["schemas"]["Presence"] & { server_time: string }
type Row = components["schemas"]["PresenceRow"]

export interface Snapshot {
  /** Of devices; and of employees without a device, with an agent_id below 0 and no hostname. */
  rows: Row[]
  /** How many devices wait for approval; 0 for those who may not approve them. */
  waiting: number
  today: string
  /** How far the server's clock is ahead of this one. */
  offsetMs: number
  tag: string | null
}

const PATH = "/api/presence"

let snapshot: Snapshot | undefined

/** Return the answer of the server in the form in which pages show it. */
export function snapshotOf(answer: Answer, tag: string | null): Snapshot {
  const { rows, without_device, waiting_for_approval: waiting, today, server_time } = answer
  const all = without_device.length === 0 ? rows : [...rows, ...without_device.map(rowWithout)]
  return { rows: all, waiting, today, offsetMs: Date.parse(server_time) - Date.now(), tag }
}

const rowWithout = (employee: components["schemas"]["EmployeeWithoutDevice"]): Row => ({
  ...employee,
  agent_id: -employee.employee_id,
  hostname: "",
  state: "never",
  status: null,
  last_seen: null,
  skew_seconds: null,
  agent_version: "",
  platform: "",
  logs_today: 0,
  queued: 0,
  rest: null,
  heartbeat_seconds: null,
})

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
