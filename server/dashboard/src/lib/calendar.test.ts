import { expect, test } from "vitest"
import { CALENDAR, weekOf } from "@/lib/calendar"

test.each([
  ["en-US", 0],
  ["en-GB", 1],
  ["de-AT", 1],
  ["pt-BR", 0],
  ["ar-EG", 6],
])("a week of %s begins on day %d", (language, first) => {
  expect(weekOf(language).firstDayOfWeek).toBe(first)
})

test("the weekend depends on the country", () => {
  expect(weekOf("en-GB").weekendDays).toEqual([6, 0])
})

test("no time zone shifts a calendar day", () => {
  expect(CALENDAR.getDayAriaLabel("2026-11-23")).toMatch(/23/)
})
