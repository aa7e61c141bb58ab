import { expect, test } from "vitest"
import { weekdaysOf } from "@/lib/weekdays"

const agent = (working_days?: unknown, revoked_at: string | null = null) => ({
  health: working_days === undefined ? null : { working_days },
  revoked_at,
})

test.each([
  [[agent()], [1, 2, 3, 4, 5]],
  [[agent(["sat", "sun"])], [0, 6]],
  [
    [agent(["mon"]), agent(["sat"])],
    [1, 6],
  ],
  [[agent(["mon"]), agent(["sat"], "2026-11-20T10:00:00Z")], [1]],
  [[agent(["nonsense", 7, null])], [1, 2, 3, 4, 5]],
  [[agent("sat")], [1, 2, 3, 4, 5]],
])("the working days of %j", (agents, days) => {
  expect([...weekdaysOf(agents)].sort()).toEqual(days)
})
