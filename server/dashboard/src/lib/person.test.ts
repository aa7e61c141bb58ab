import { expect, test } from "vitest"
import { initialsOf, toneOf } from "@/lib/person"

test.each([
  ["anna", "A"],
  ["anna.berger", "AB"],
  ["COMPANY\\anna maria berger", "CB"],
  ["žofie čermáková", "ŽČ"],
  ["𝒜nna", "𝒜"],
  ["...", "?"],
  ["", "?"],
])("%s is shown as %s", (name, initials) => {
  expect(initialsOf(name)).toBe(initials)
})

test("a name keeps its color, and names share the colors", () => {
  const names = [...Array(60).keys()].map((number) => `person.${number}`)

  expect(toneOf("anna")).toBe(toneOf("anna"))
  expect(new Set(names.map(toneOf)).size).toBe(6)
})
