import { screen, waitFor } from "@testing-library/react"
import { HttpResponse, http } from "msw"
import { beforeEach, expect, test } from "vitest"
import type { LogDetail, LogEntry } from "@/api/logs"
import { open } from "@/testing/render"
import { NOW, problem, server } from "@/testing/server"

const log = (username: string, part: Partial<LogEntry> = {}): LogEntry => ({
  kind: "log",
  log_id: `2026-11-23.1.1-${username}`,
  workday: "2026-11-23",
  slot: 1,
  timestamp: "2026-11-23T09:40:12Z",
  received_at: NOW,
  time_zone: null,
  agent_id: 1,
  employee_id: 1,
  username,
  hostname: "laptop-7",
  local_ip: "192.168.1.20",
  public_ip: null,
  location: { city: "Graz", country: "AT" },
  screenshot: {},
  screenshot_status: "locked",
  screenshot_url: null,
  thumbnail_url: null,
  absent: {},
  facts: {},
  reason: null,
  awake_from: null,
  awake_until: null,
  held: false,
  ...part,
})
const page = (rows: LogEntry[], next: string | null = null) => ({
  from: "2026-10-24",
  to: "2026-11-23",
  rows,
  next_page: next,
  server_time: NOW,
})
let requests: URLSearchParams[] = []

beforeEach(() => {
  requests = []
  server.use(
    http.get("*/api/teams", () => HttpResponse.json({ teams: [], server_time: NOW })),
    http.get("*/api/employees", () => HttpResponse.json({ rows: [], next_page: null })),
    http.get("*/api/logs", ({ request }) => {
      const query = new URL(request.url).searchParams
      requests.push(query)
      if (query.get("page") === "two") return HttpResponse.json(page([log("bert")]))
      return HttpResponse.json(page([log("anna")], "two"))
    }),
  )
})

test("the filters of the URL are requested, and nothing else", async () => {
  open("/logs?employee=anna&team=3&from=2026-11-20&to=2026-11-23&screenshot=taken&place=Graz&x=y")
  await screen.findByRole("link", { name: "anna" })

  expect(Object.fromEntries(requests[0] ?? [])).toEqual({
    employee: "anna",
    team: "3",
    from: "2026-11-20",
    to: "2026-11-23",
    screenshot: "taken",
    place: "Graz",
    limit: "50",
  })
})

test("older logs load on demand, each page once", async () => {
  const { user } = open("/logs")
  await user.click(await screen.findByRole("button", { name: "Load older logs" }))

  expect(await screen.findByRole("link", { name: "bert" })).toBeVisible()
  expect(screen.queryByRole("button", { name: "Load older logs" })).toBeNull()
  expect(requests.map((query) => query.get("page"))).toEqual([null, "two"])
})

test("one control selects the kind of logs, and the URL has it", async () => {
  const { user, address } = open("/logs?screenshot=none")
  await user.click(await screen.findByRole("radio", { name: "Missed" }))

  await waitFor(() => expect(address()).toBe("/logs?kind=missed"))
  expect(requests.at(-1)?.get("kind")).toBe("missed")
})

test("an error about the filters is shown in the server's words", async () => {
  server.use(
    http.get("*/api/logs", () => problem(422, "invalid_field", "The range ends before it begins.")),
  )
  open("/logs?from=2026-11-23&to=2026-11-20")

  expect(await screen.findByText("The range ends before it begins.")).toBeVisible()
  // A retry would have the same result.
  expect(screen.queryByRole("button", { name: "Retry" })).toBeNull()
  expect(screen.getByRole("button", { name: "Clear filters" })).toBeVisible()
})

test("an empty result says so and offers to clear the filters", async () => {
  server.use(http.get("*/api/logs", () => HttpResponse.json(page([]))))
  const { user, address } = open("/logs?place=Atlantis")
  await user.click(await screen.findByRole("button", { name: "Clear filters" }))

  await waitFor(() => expect(address()).toBe("/logs"))
})

test("a log opens over the page, explains what is missing, and closes", async () => {
  const detail: LogDetail = {
    ...log("anna", { absent: { public_ip: "the server could not be asked" } }),
    screenshot: {},
    extra: {},
    declared: [],
    sha256: null,
    older: null,
    newer: null,
  }
  server.use(http.get("*/api/logs/:id", () => HttpResponse.json(detail)))
  const { user, address } = open("/logs")
  await user.click(await screen.findByRole("link", { name: "anna" }))

  expect(await screen.findByText("the server could not be asked")).toBeVisible()
  expect(screen.getByText("No screenshot")).toBeVisible()
  expect(address()).toContain("log=2026-11-23.1.1-anna")
  await user.click(screen.getByRole("button", { name: "Close the log" }))
  await waitFor(() => expect(address()).toBe("/logs"))
})
