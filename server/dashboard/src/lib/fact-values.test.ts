import { expect, test } from "vitest"
import { type FactColumn, filterOf, valueWords } from "@/lib/fact-values"

const column = (type: FactColumn["type"], unit = ""): FactColumn => ({
  fact: "disk.x",
  plugin: "disk",
  name: "x",
  label: "X",
  what: "X",
  why: "Tests",
  personal: "no",
  type,
  unit,
  choices: [],
  occasions: [],
  devices: 1,
  differs: 0,
})

test.each<[FactColumn["type"], string, unknown, string]>([
  ["bool", "", true, "yes"],
  ["bool", "", false, "no"],
  ["int", "%", 80, "80%"],
  ["float", "°C", 21.456, "21.46 °C"],
  ["bytes", "", 5_000_000_000, "5 GB"],
  ["duration", "", 5400, "1 h 30 min"],
  ["text", "", "Łódź", "Łódź"],
  ["time", "", "not a time", "not a time"],
  ["any", "", { a: [1] }, '{"a":[1]}'],
  ["bool", "", null, "missing"],
  ["int", "", "another type", "another type"],
])("a %s with the unit '%s' and the value %j is shown as %s", (type, unit, value, words) => {
  expect(valueWords(column(type, unit), value)).toBe(words)
})

test("the filter for a value is what the server reads", () => {
  expect(filterOf(column("bool"), false)).toBe("disk.x is false")
  expect(filterOf(column("text"), "Home 2")).toBe("disk.x is Home 2")
  expect(filterOf(column("int"), 5)).toBe("disk.x is 5")
  expect(filterOf(column("int"), null)).toBe("disk.x is missing")
})
