import { expect, test } from "vitest"
import { lineOf, placeOf, ticksOf } from "@/lib/hours"

const FROM = "2026-11-22T23:00:00Z"
const TO = "2026-11-23T23:00:00Z"
const at = (hour: number, minute = 0) => Date.parse(FROM) + (hour * 60 + minute) * 60_000
const iso = (ms: number) => new Date(ms).toISOString()

test("an empty day is drawn from 08 to 22", () => {
  expect(lineOf(FROM, TO, [], [])).toEqual({ startMs: at(8), endMs: at(22) })
})

test("activity outside these hours extends the line to full hours, within the day", () => {
  const early = { from: iso(at(6, 40)), to: iso(at(7)) }
  const late = { from: iso(at(23, 10)), to: iso(at(24)) }

  expect(lineOf(FROM, TO, [early], [])).toEqual({ startMs: at(6), endMs: at(22) })
  expect(lineOf(FROM, TO, [late], [iso(at(23, 59))])).toEqual({ startMs: at(8), endMs: at(24) })
})

test("positions are shares of the line and never outside it", () => {
  const line = { startMs: at(8), endMs: at(18) }

  expect([at(8), at(13), at(18), at(2), at(23)].map((ms) => placeOf(ms, line))).toEqual([
    0, 0.5, 1, 0, 1,
  ])
})

test("ticks are at the full hours", () => {
  expect(ticksOf({ startMs: at(8), endMs: at(14) }, 2)).toEqual([at(8), at(10), at(12), at(14)])
})
