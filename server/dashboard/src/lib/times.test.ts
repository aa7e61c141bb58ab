import { expect, test } from "vitest"
import { agoOf, clockOf, dayName, daysOf, spanOf } from "@/lib/times"

const NOW = Date.parse("2026-11-23T12:00:00Z")

test.each([
  ["2026-11-23T12:00:20Z", "just now"],
  ["2026-11-23T11:59:30Z", "just now"],
  ["2026-11-23T11:56:00Z", "4 min ago"],
  ["2026-11-23T09:10:00Z", "2 h ago"],
  ["2026-11-22T16:40:00Z", "yesterday, 05:40 PM"],
  ["2026-11-20T16:40:00Z", "Fri, Nov 20, 05:40 PM"],
])("%s was %s", (moment, words) => {
  expect(agoOf(moment, NOW)).toBe(words)
})

test("yesterday is right on the day after the clocks changed", () => {
  expect(agoOf("2026-10-24T20:00:00Z", Date.parse("2026-10-25T21:00:00Z"))).toMatch(/^yesterday/)
})

test("times are in the viewer's time zone", () => {
  expect(clockOf("2026-11-23T12:00:00Z")).toBe("01:00 PM")
})

test("a calendar day is the same for every viewer", () => {
  expect(dayName("2026-11-23")).toBe("Monday, November 23")
})

test.each([
  [4.2, "4 s"],
  [-150, "2 min 30 s"],
  [3600, "1 h"],
  [3900, "1 h 5 min"],
])("%d seconds are %s", (seconds, words) => {
  expect(spanOf(seconds)).toBe(words)
})

test.each([
  ["2026-11-10", "2026-11-20", "Nov 10 – 20, 2026"],
  ["2026-11-20", "2026-11-20", "Nov 20, 2026"],
  ["2026-11-20", "2026-11-10", "Nov 20, 2026 – Nov 10, 2026"],
  ["2026-11-20", null, "Nov 20, 2026 –"],
  [null, null, ""],
])("the days from %s to %s are shown as %s", (from, to, words) => {
  expect(daysOf(from, to).replace(/[\u2009\u00a0]/g, " ")).toBe(words)
})
