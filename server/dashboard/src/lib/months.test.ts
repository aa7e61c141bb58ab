import { expect, test } from "vitest"
import { daysOfMonth, monthOf, monthsBetween, rangeOf } from "@/lib/months"

test("a month of a year is where its days are", () => {
  const days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    .map((count, month) => "abcdefghijkl".charAt(month).repeat(count))
    .join("")
  expect(monthOf(days, 2026, 1)).toBe("a".repeat(31))
  expect(monthOf(days, 2026, 2)).toBe("b".repeat(28))
  expect(monthOf(days, 2026, 12)).toBe("l".repeat(31))
  expect(daysOfMonth(2028, 2)).toBe(29)
})

test("months run from the newest to the oldest, over the turn of the year", () => {
  expect(monthsBetween("2026-11-30", "2027-01-01")).toEqual(["2027-01", "2026-12", "2026-11"])
  expect(monthsBetween("2026-11-01", "2026-11-01")).toEqual(["2026-11"])
  expect(rangeOf("2028-02")).toEqual({ from: "2028-02-01", to: "2028-02-29" })
})
