/** What is painted before React is loaded equals what React renders. */
import { render } from "@testing-library/react"
import { expect, test } from "vitest"
import type { PresenceRow } from "@/api/presence"
import { plainNodes } from "@/lib/plain-nodes"
import { presenceRow } from "@/testing/presence-row"
import { NOW } from "@/testing/server"
import { COLUMNS } from "./presence-columns"
import { PresenceTableRow } from "./presence-table-row"
import { placesOf, rowsBetween } from "./row-window"
import { linesOf, ordered } from "./selection"

const row = (username: string, employee_id: number, more: Partial<PresenceRow>) =>
  presenceRow(username, { agent_id: employee_id, employee_id, platform: "Windows-11", ...more })
const LINES = linesOf(
  ordered(
    [
      row("anna <b>", 1, { teams: ["Sales", "Support"] }),
      row("bertram", 2, { attention: ["2 entries were refused."], state: "offline" }),
      row("bertram", 2, { agent_id: 3, hostname: "old", time_zone: "Europe/Lisbon" }),
      row("dora", 5, { display_name: "Dora Weiß" }),
      row("cy", 4, { last_seen: null, state: "never", rest: "weekend", logs_today: 0 }),
    ],
    "name",
    false,
  ),
)

test.each(LINES.map((line, index) => [line.key, index]))("the row %s", (_key, index) => {
  const [placed] = rowsBetween(placesOf(LINES), 0, 1000).slice(index)
  if (placed === undefined) throw new Error("There is no such row.")
  const element = <PresenceTableRow {...placed} columns={COLUMNS} now={Date.parse(NOW) + 240_000} />
  const plain = document.createElement("div")
  plain.append(...plainNodes(element))

  expect(plain.innerHTML).toBe(render(element).container.innerHTML)
})

test("only the rows in sight are rendered, and those around them", () => {
  const many = linesOf(
    ordered(
      Array.from({ length: 1000 }, (_, index) => row(`user${index}`, index, {})),
      "name",
      false,
    ),
  )
  const shown = rowsBetween(placesOf(many), 6000, 6600)

  expect(shown.map(({ index }) => index)).toEqual(Array.from({ length: 27 }, (_, n) => 92 + n))
  expect(shown[0]).toMatchObject({ top: 92 * 60, height: 60 })
})
