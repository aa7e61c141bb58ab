import { expect, test } from "vitest"
import { FULL_TIME, hoursOfWeek, weekWords } from "./week"

test("days with the same hours are one line", () => {
  const night = { begin: "22:00", end: "06:00" }
  const week = { ...FULL_TIME, wed: [], fri: [night], sat: [night] }

  expect(weekWords(FULL_TIME)).toEqual(["Mon–Fri 09:00–17:00"])
  expect(weekWords(week)).toEqual(["Mon–Tue 09:00–17:00", "Thu 09:00–17:00", "Fri–Sat 22:00–06:00"])
  expect([hoursOfWeek(FULL_TIME), hoursOfWeek(week)]).toEqual(["40 h a week", "40 h a week"])
})
