import { expect, test } from "vitest"
import { snapshotOf } from "@/api/early-snapshot"
import type { PresenceRow } from "@/api/presence"
import { presenceRow } from "@/testing/presence-row"
import {
  countsOf,
  deviceCountOf,
  linesOf,
  matching,
  narrowed,
  ordered,
  type Person,
} from "./selection"

let known = 0
const row = (username: string, part: Partial<PresenceRow> = {}) =>
  presenceRow(username, {
    agent_id: ++known,
    employee_id: known,
    hostname: "laptop",
    last_seen: null,
    skew_seconds: null,
    agent_version: "",
    platform: "",
    logs_today: 0,
    ...part,
  })
const names = (found: Person[]) => found.map((each) => each.username)

test("names sort alphabetically, numbers by value", () => {
  expect(
    names(ordered([row("pc10"), row("PC2"), row("Émile"), row("emil")], "name", false)),
  ).toEqual(["emil", "Émile", "PC2", "pc10"])
})

test("the last seen come first, those never seen last", () => {
  const rows = [
    row("never"),
    row("old", { last_seen: "2026-11-20T10:00:00Z" }),
    row("new", { last_seen: "2026-11-23T10:00:00+01:00" }),
  ]

  expect(names(ordered(rows, "seen", false))).toEqual(["new", "old", "never"])
  expect(names(ordered(rows, "seen", true))).toEqual(["never", "old", "new"])
})

test("an employee with several devices is counted once, in the state of the last one seen", () => {
  const old = { hostname: "old", state: "offline", last_seen: "2026-10-20T10:00:00Z" } as const
  const rows = [
    row("anna", { employee_id: 7001, ...old, attention: ["No heartbeat for 21 working days."] }),
    row("anna", {
      employee_id: 7001,
      hostname: "new",
      last_seen: "2026-11-23T10:00:00Z",
      logs_today: 2,
    }),
    row("bert", { employee_id: 7002, ...old }),
  ]
  const people = ordered(rows, "state", false)

  expect(countsOf(people)).toMatchObject({ online: 1, overdue: 0, offline: 1, never: 0 })
  expect(linesOf(people).map(({ person, device }) => device?.hostname ?? person.username)).toEqual([
    "anna",
    "new",
    "old",
    "old",
  ])
  expect(names(narrowed(people, { attention: true }))).toEqual(["anna"])
  expect(names(narrowed(people, { state: "offline" }))).toEqual(["bert"])
  expect(names(matching(people, { q: "anna old" }))).toEqual(["anna"])
})

test("every word must be found, in name, device or team", () => {
  const found = ordered(
    [row("anna", { hostname: "LAP-1", teams: ["Sales"] }), row("bert", { hostname: "LAP-2" })],
    "name",
    false,
  )

  expect(names(matching(found, { q: "lap sal" }))).toEqual(["anna"])
  expect(names(matching(found, { q: "  " }))).toEqual(["anna", "bert"])
  expect(names(matching(found, { team: "Sales" }))).toEqual(["anna"])
})

test("states are counted before the filter by state", () => {
  const found = ordered([row("a"), row("b", { state: "overdue" }), row("c")], "name", false)

  expect(countsOf(found)).toMatchObject({ online: 2, overdue: 1, offline: 0, never: 0 })
  expect(names(narrowed(found, { state: "overdue" }))).toEqual(["b"])
})

test("who is not online is expected, or has a reason", () => {
  const people = [
    row("here", { plan: "on_leave" }),
    row("late", { state: "overdue", plan: "working" }),
    row("missing", { state: "offline", plan: "working" }),
    row("evening", { state: "offline", plan: "outside_hours" }),
    row("weekend", { state: "never", plan: "day_off" }),
    row("new", { state: "never", plan: "working" }),
    row("gone", { state: "offline", plan: "left" }),
    row("unplanned", { state: "offline" }),
  ]

  expect(ordered(people, "state", false).map((each) => [each.username, each.state])).toEqual([
    ["here", "online"],
    ["late", "overdue"],
    ["missing", "expected"],
    ["unplanned", "offline"],
    ["new", "never"],
    ["evening", "outside_hours"],
    ["weekend", "day_off"],
    ["gone", "left"],
  ])
})

test("employees without a device are no devices", () => {
  const answer = { rows: [row("anna")], today: "2026-11-23", server_time: "2026-11-23T12:00:00Z" }
  const ben = { employee_id: 9001, username: "ben", display_name: "Ben", teams: ["Sales"] }
  const counts = { online: 1, overdue: 0, offline: 0, never: 0 }
  const limits = { online_seconds: 360, overdue_seconds: 960 }
  const snapshot = snapshotOf(
    {
      ...answer,
      counts,
      ...limits,
      facts: {},
      waiting_for_approval: 0,
      without_device: [{ ...ben, attention: ["No device yet."] }],
    },
    null,
  )
  const people = ordered(snapshot.rows, "name", false)

  expect(people.map((each) => [each.name, each.state, each.attention])).toEqual([
    ["anna", "online", false],
    ["Ben", "never", true],
  ])
  expect(deviceCountOf(people)).toBe(1)
  expect(names(matching(people, { team: "Sales" }))).toEqual(["ben"])
})

test("ten thousand rows are filtered within a frame", () => {
  const rows = [...Array(10_000).keys()].map((n) => row(`person.${n}`, { hostname: `laptop-${n}` }))
  const found = ordered(rows, "name", false)

  const times = [...Array(9).keys()].map(() => {
    const start = performance.now()
    matching(found, { q: "person.99 laptop" })
    return performance.now() - start
  })

  expect(Math.min(...times)).toBeLessThan(16)
})
