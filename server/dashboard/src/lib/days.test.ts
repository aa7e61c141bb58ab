import { expect, test } from "vitest"
import { daysBefore, daysFrom } from "@/lib/days"

test("days are counted across months and clock changes", () => {
  expect(daysBefore("2026-03-01", 1)).toBe("2026-02-28")
  expect(daysBefore("2026-10-25", -1)).toBe("2026-10-26")
  expect(daysFrom("2026-10-24", "2026-10-27")).toEqual([
    "2026-10-24",
    "2026-10-25",
    "2026-10-26",
    "2026-10-27",
  ])
  expect(daysFrom("2026-10-27", "2026-10-24")).toEqual([])
})
