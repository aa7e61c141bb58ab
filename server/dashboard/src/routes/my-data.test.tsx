import { screen, waitFor } from "@testing-library/react"
import { HttpResponse, http } from "msw"
import { beforeEach, expect, test } from "vitest"
import { open } from "@/testing/render"
import { NOW, problem, server } from "@/testing/server"

const SESSION = {
  employee_id: 4,
  username: "anna",
  expires_at: "2026-11-23T13:00:00Z",
  server_time: NOW,
}
const MINE = {
  employee_id: 4,
  username: "anna",
  teams: [],
  further_usernames: [],
  created_at: NOW,
  zone: "UTC",
  agents: [],
  days: [],
  server_time: NOW,
}
const SITE = {
  version: "0.1.0",
  is_sample: false,
  retention_days: 30,
  oldest_kept: "2026-11-20",
  today: "2026-11-23",
  zone: "UTC",
  heartbeat_seconds: 300,
  server_time: NOW,
}
const DAY = { ...MINE, workday: "2026-11-23", from: NOW, to: NOW, agents: [], looks: [] }
let codes: unknown[] = []

beforeEach(() => {
  codes = []
  server.use(
    http.get("*/api/site", () => HttpResponse.json(SITE)),
    http.get("*/api/my-data", () => HttpResponse.json(MINE)),
    http.get("*/api/my-data/days/:day", () => HttpResponse.json(DAY)),
    http.get("*/api/my-data/planned-days", () => HttpResponse.json({ rows: [] })),
    http.get("*/api/my-data/attendance", () => HttpResponse.json({ rows: [] })),
    http.get("*/api/my-data/audit", () => HttpResponse.json({ rows: [], next_before: null })),
    http.get("*/api/my-session", () => HttpResponse.json(SESSION)),
    http.post("*/api/my-session", async ({ request }) => {
      codes.push(await request.json())
      return HttpResponse.json(SESSION)
    }),
  )
})

test("the code of a link is exchanged once and removed from the URL", async () => {
  const { address } = open("/my-data?day=2026-11-21#secret-code")

  expect(await screen.findByRole("heading", { name: "Data about anna" })).toBeVisible()
  await waitFor(() => expect(address()).toBe("/my-data?day=2026-11-21"))
  expect(codes).toEqual([{ code: "secret-code" }])
  expect(screen.queryByRole("navigation", { name: "Dashboard" })).toBeNull()
})

test("without a code the open session continues", async () => {
  open("/my-data")

  expect(await screen.findByRole("heading", { name: "Data about anna" })).toBeVisible()
  expect(codes).toEqual([])
})

test.each(["my_link_used", "my_link_expired", "my_link_unknown"])(
  "an unusable link (%s) is explained by the server's message, once",
  async (code) => {
    const sentence = "Open a new one from the agent's menu, or with `wfhagent my-data`."
    server.use(http.post("*/api/my-session", () => problem(401, code, sentence)))
    const { address } = open("/my-data#old")

    expect(await screen.findByRole("heading", { name: "This page has closed" })).toBeVisible()
    expect(screen.getByText(sentence)).toBeVisible()
    await waitFor(() => expect(address()).toBe("/my-data"))
  },
)

test("a session that ends closes the page and does not lead to the sign-in page", async () => {
  server.use(http.get("*/api/my-data", () => problem(401, "my_session_missing", "Open it again.")))
  const { address } = open("/my-data")

  expect(await screen.findByText("Open it again.")).toBeVisible()
  expect(address()).toBe("/my-data")
})

test("sample data is marked as such", async () => {
  server.use(http.get("*/api/site", () => HttpResponse.json({ ...SITE, is_sample: true })))
  open("/my-data")

  expect(await screen.findByRole("note")).toHaveTextContent(
    "Employees, devices and screenshots are sample data.",
  )
})
