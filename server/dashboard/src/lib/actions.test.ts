import { expect, test } from "vitest"
import { ACTIONS, actionWords, actorOf } from "@/lib/actions"

test.each([
  ["user:anna", "anna"],
  ["user:COMPANY:anna", "COMPANY:anna"],
  ["cli:root", "root at the command line"],
  ["key:payroll", "payroll (key)"],
  ["system", "system"],
])("%s acted as %s", (actor, said) => {
  expect(actorOf(actor)).toBe(said)
})

test("an action that nobody has put into words yet is shown as it is", () => {
  expect(actionWords("screenshot.view")).toBe("viewed a screenshot")
  expect(actionWords("moon.view")).toBe("moon.view")
  expect(new Set(ACTIONS.map(({ label }) => label)).size).toBe(ACTIONS.length)
})
