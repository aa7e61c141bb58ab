import { screen, within } from "@testing-library/react"
import { HttpResponse, http } from "msw"
import { beforeEach, expect, test, vi } from "vitest"
import type { PresenceRow, State } from "@/api/presence"
import { presenceRow } from "@/testing/presence-row"
import { open } from "@/testing/render"
import { NOW, problem, server } from "@/testing/server"

const row = (username: string, state: State, more: Partial<PresenceRow> = {}) =>
  presenceRow(username, { state, ...more })
const ROWS = [
  row("anna", "online", { teams: ["Sales"] }),
  row("bertram", "offline", { attention: ["2 entries were refused by the server."] }),
  row("cy", "never", { last_seen: null, teams: ["Sales"] }),
]
const answer = (rows: PresenceRow[]) => ({
  today: "2026-11-23",
  online_seconds: 360,
  overdue_seconds: 960,
  without_device: [],
  waiting_for_approval: 0,
  counts: {},
  rows,
  server_time: NOW,
})

beforeEach(() => {
  // A window that shows some rows: jsdom has no layout.
  vi.spyOn(window, "innerHeight", "get").mockReturnValue(800)
  server.use(
    http.get("*/api/presence", () => HttpResponse.json(answer(ROWS))),
    http.get("*/api/teams", () =>
      HttpResponse.json({
        teams: [{ team_id: 4, name: "Sales", managers: [], member_count: 2 }],
        server_time: NOW,
      }),
    ),
  )
})

const names = () =>
  screen.queryAllByRole("link", { name: /^(anna|bertram|cy)$/ }).map((link) => link.textContent)

test("all employees are listed, online ones first, with the count of each state", async () => {
  open("/")

  expect(await screen.findByRole("link", { name: "anna" })).toBeVisible()
  expect(names()).toEqual(["anna", "bertram", "cy"])
  expect(screen.getByRole("button", { name: "Online: 1" })).toBeVisible()
  expect(screen.getByRole("button", { name: "Late: 0" })).toBeVisible()
})

test("a search narrows the table and is in the URL", async () => {
  const { user, address } = open("/")
  await user.type(await screen.findByLabelText("Name, device or team"), "of-BERT")

  expect(await screen.findByText("1 employee")).toBeVisible()
  expect(names()).toEqual(["bertram"])
  await vi.waitFor(() => expect(address()).toContain("q=of-BERT"))
})

test("a URL with filters shows the filtered rows", async () => {
  open("/?team=4&state=never")

  expect(await screen.findByText("1 employee")).toBeVisible()
  expect(names()).toEqual(["cy"])
  expect(screen.getByRole("button", { name: "Never seen: 1" })).toHaveAttribute(
    "aria-pressed",
    "true",
  )
})

test("an employee with two devices is listed once, with the devices below", async () => {
  const shared = { employee_id: 70, username: "anna" }
  const silence = "No heartbeat for 21 working days."
  const rows = [
    row("anna", "online", { ...shared, agent_id: 71, hostname: "new-laptop" }),
    row("anna", "offline", {
      ...shared,
      agent_id: 72,
      hostname: "old-laptop",
      last_seen: "2026-10-20T10:00:00Z",
      attention: [silence],
    }),
  ]
  server.use(http.get("*/api/presence", () => HttpResponse.json(answer(rows))))
  open("/")

  expect(await screen.findByText("1 employee, 2 devices")).toBeVisible()
  expect(screen.getByRole("button", { name: "Online: 1" })).toBeVisible()
  expect(screen.getByRole("button", { name: "Offline: 0" })).toBeVisible()
  const lines = screen.getAllByRole("row").slice(1)
  expect(lines.map((line) => within(line).getByRole("link").textContent)).toEqual([
    "anna",
    "new-laptop",
    "old-laptop",
  ])
  expect(lines[0]).toHaveTextContent("2 of 4")
  expect(within(lines[2] as HTMLElement).getByRole("img", { name: silence })).toBeVisible()
})

test("filters that match nobody can be cleared in the empty table", async () => {
  const { user, address } = open("/?q=zzz&state=never")
  await user.click(await screen.findByRole("button", { name: "Clear filters" }))

  expect(await screen.findByRole("link", { name: "anna" })).toBeVisible()
  await vi.waitFor(() => expect(address()).toBe("/"))
})

test("a click on a heading reverses the order", async () => {
  const { user } = open("/?sort=name")
  await screen.findByRole("link", { name: "anna" })
  await user.click(screen.getByRole("button", { name: "Employee" }))

  expect(names()).toEqual(["cy", "bertram", "anna"])
})

test("arrow keys move from row to row", async () => {
  const { user } = open("/")
  const first = await screen.findByRole("link", { name: "anna" })
  first.focus()
  await user.keyboard("{ArrowDown}")
  await vi.waitFor(() => expect(screen.getByRole("link", { name: "bertram" })).toHaveFocus())
})

test("a problem of a device is shown in its row", async () => {
  const { user } = open("/")
  await user.click(await screen.findByRole("button", { name: "Needs attention: 1" }))

  expect(names()).toEqual(["bertram"])
  expect(
    within(screen.getByRole("table")).getByRole("img", { name: /refused by the server/ }),
  ).toBeVisible()
})

test("the empty table differs with filters and without any device", async () => {
  open("/?q=zzz")
  expect(await screen.findByText("No employees match these filters")).toBeVisible()

  server.use(http.get("*/api/presence", () => HttpResponse.json(answer([]))))
  open("/")
  expect(await screen.findByText("No employees yet")).toBeVisible()
})

test("an error of the server is shown in its own words, with a Retry button", async () => {
  server.use(
    http.get("*/api/presence", () => problem(403, "not_allowed", "This needs the role admin.")),
  )
  const { user } = open("/")

  expect(await screen.findByText("This needs the role admin.")).toBeVisible()
  server.use(http.get("*/api/presence", () => HttpResponse.json(answer(ROWS))))
  await user.click(screen.getByRole("button", { name: "Retry" }))
  expect(await screen.findByRole("link", { name: "anna" })).toBeVisible()
})

test("devices that wait for approval lead to Devices, whoever is listed", async () => {
  const waiting = { ...answer([]), waiting_for_approval: 3 }
  server.use(http.get("*/api/presence", () => HttpResponse.json(waiting)))
  open("/")

  expect(await screen.findByText(/3 devices wait for approval/)).toBeVisible()
  expect(screen.getByRole("link", { name: "Approve or reject on Devices" })).toHaveAttribute(
    "href",
    "/agents",
  )
})
