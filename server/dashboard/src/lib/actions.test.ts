import { expect, test } from "vitest"
import { actionChoices, actionWords, actorOf } from "@/lib/actions"

test.each([
  ["user:anna", "anna"],
  ["user:COMPANY:anna", "COMPANY:anna"],
  ["cli:root", "root at the command line"],
  ["key:payroll", "payroll (API key)"],
  ["system", "system"],
])("%s acted as %s", (actor, name) => {
  expect(actorOf(actor)).toBe(name)
})

test("an action without a translation is shown as its code", () => {
  expect(actionWords("screenshot.view")).toBe("viewed a screenshot")
  expect(actionWords("moon.view")).toBe("moon.view")
  const choices = actionChoices()
  expect(new Set(choices.map(({ label }) => label)).size).toBe(choices.length)
})
