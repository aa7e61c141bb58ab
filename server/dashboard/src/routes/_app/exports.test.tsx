import { screen, waitFor, within } from "@testing-library/react"
import { HttpResponse, http } from "msw"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import type { Session } from "@/api/session"
import { open } from "@/testing/render"
import { ADMIN, NOW, problem, server } from "@/testing/server"

const JOB = {
  job_id: "6f1e9a52-6d8f-4a5c-9d7e-3f1c2b4a5d6e",
  state: "working",
  rows_found: 40,
  rows_taken: 40,
  rows_done: 10,
  row_limit: 5000,
  size_bytes: null as number | null,
  file_url: null as string | null,
  expires_at: "2100-01-01T00:00:00Z",
  problem: null as string | null,
  server_time: NOW,
}
const SITE = {
  version: "0.1.0",
  is_sample: false,
  retention_days: 30,
  oldest_kept: "2026-10-24",
  today: "2026-11-23",
  zone: "UTC",
  heartbeat_seconds: 300,
  server_time: NOW,
}
const JOB_ADDRESS = `*/api/exports/${JOB.job_id}`
const audited = (action: string, details: object, audit_id = 7) => ({
  audit_id,
  at: NOW,
  actor: "user:berta",
  action,
  reason: "For the works council",
  details,
  employee_count: 3,
  employees: [],
})
let saved: { name: string; content: string }[] = []

beforeEach(() => {
  saved = []
  server.use(
    http.get("*/api/site", () => HttpResponse.json(SITE)),
    http.get("*/api/teams", () => HttpResponse.json({ teams: [], server_time: NOW })),
    http.get("*/api/employees", () => HttpResponse.json({ rows: [], next_page: null })),
    http.get("*/api/audit", () => HttpResponse.json({ rows: [], next_before: null })),
  )
  const blobs = new Map<string, Blob>()
  URL.createObjectURL = (blob) => {
    blobs.set(`blob:${blobs.size}`, blob as Blob)
    return `blob:${blobs.size - 1}`
  }
  URL.revokeObjectURL = () => {}
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function click(
    this: HTMLAnchorElement,
  ) {
    const { download, href } = this
    void blobs
      .get(href)
      ?.text()
      .then((content) => saved.push({ name: download, content }))
  })
})

function csv(answer: () => Response, kind = "logs") {
  const requests: URLSearchParams[] = []
  server.use(
    http.get(`*/api/exports/${kind}.csv`, ({ request }) => {
      requests.push(new URL(request.url).searchParams)
      return answer()
    }),
  )
  return requests
}

const file = (content: string) =>
  new HttpResponse(content, {
    headers: {
      "Content-Type": "text/csv",
      "Content-Disposition": 'attachment; filename="logs-a-to-b.csv"',
      "X-Rows": "2",
    },
  })

test("the filters of the URL, the zone and the reason are sent with the export", async () => {
  const requests = csv(() => file("a,b\r\n"))
  const { user } = open("/exports?employee=anna&team=3&from=2026-11-20&to=2026-11-23&place=Graz")
  await user.type(await screen.findByLabelText("Reason"), " audit ")
  await user.click(screen.getByRole("button", { name: "Download CSV" }))

  expect(await screen.findByText(/is saved: 2 rows, 5 bytes/)).toBeVisible()
  expect(saved).toEqual([{ name: "logs-a-to-b.csv", content: "a,b\r\n" }])
  expect(Object.fromEntries(requests[0] ?? [])).toEqual({
    employee: "anna",
    team: "3",
    from: "2026-11-20",
    to: "2026-11-23",
    place: "Graz",
    zone: "Europe/Vienna",
    reason: "audit",
  })
})

// The original, before a test replaces it.
const RESOLVED_OPTIONS = Intl.DateTimeFormat.prototype.resolvedOptions

afterEach(() => {
  vi.restoreAllMocks()
})

test.each(["Etc/Unknown", undefined])(
  "when the browser's zone is %s, the server's is used, and another can be chosen",
  async (timeZone) => {
    vi.spyOn(Intl.DateTimeFormat.prototype, "resolvedOptions").mockImplementation(function (
      this: Intl.DateTimeFormat,
    ) {
      return { ...RESOLVED_OPTIONS.call(this), timeZone: timeZone as string }
    })
    const requests: (string | null)[] = []
    server.use(
      http.get("*/api/site", () => HttpResponse.json({ ...SITE, zone: "Europe/Lisbon" })),
      http.get("*/api/exports/logs.csv", ({ request }) => {
        requests.push(new URL(request.url).searchParams.get("zone"))
        return problem(422, "invalid_field", "Nothing is exported here.")
      }),
    )
    const { user } = open("/exports")
    const zone = await screen.findByRole("combobox", { name: "Time zone of the file" })
    await vi.waitFor(() => expect(zone).toHaveValue("Europe/Lisbon"))
    await user.click(screen.getByRole("button", { name: "Download CSV" }))
    await vi.waitFor(() => expect(requests).toEqual(["Europe/Lisbon"]))

    await user.clear(zone)
    await user.type(zone, "Tokyo")
    await user.click(await screen.findByRole("option", { name: "Asia/Tokyo", hidden: true }))
    await user.click(screen.getByRole("button", { name: "Download CSV" }))
    await vi.waitFor(() => expect(requests.at(-1)).toBe("Asia/Tokyo"))
  },
)

test("heartbeats have neither screenshots nor locations, so these filters are not sent", async () => {
  const requests = csv(() => file("a\r\n"), "heartbeats")
  const { user } = open("/exports?file=heartbeats&screenshot=taken&place=Graz&employee=anna")
  await user.click(await screen.findByRole("button", { name: "Download CSV" }))
  await screen.findByText(/is saved/)

  expect(Object.fromEntries(requests[0] ?? [])).toEqual({ employee: "anna", zone: "Europe/Vienna" })
  expect(screen.queryByLabelText("Location")).toBeNull()
})

test.each([
  ["from", "The range ends before it begins.", "Days"],
  ["to", "2026-01-01 is not kept.", "Days"],
  ["employee", "There is no employee 'anna'.", "Employee"],
])("an error about %s is shown at its field, once", async (field, sentence, label) => {
  csv(() =>
    HttpResponse.json(
      { title: "no", status: 422, detail: sentence, code: "invalid_field", field },
      { status: 422 },
    ),
  )
  const { user } = open("/exports?employee=anna&from=2026-11-23&to=2026-11-20")
  await user.click(await screen.findByRole("button", { name: "Download CSV" }))

  expect(await screen.findAllByText(sentence)).toHaveLength(1)
  const shown = screen.getByLabelText(label, { selector: "input, button" })
  await waitFor(() => expect(shown).toHaveFocus())
  expect(saved).toEqual([])
})

test("an error about no field is shown at the button", async () => {
  csv(() => problem(429, "too_many_requests", "Other exports are running."))
  const { user } = open("/exports")
  await user.click(await screen.findByRole("button", { name: "Download CSV" }))

  expect(await screen.findByRole("alert")).toHaveTextContent("Other exports are running.")
})

test("an incomplete file is not saved", async () => {
  csv(() => {
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode("a,b\r\n")),
      pull: (controller) => controller.error(new Error("gone")),
    })
    return new HttpResponse(body, { headers: { "Content-Type": "text/csv" } })
  })
  const { user } = open("/exports")
  await user.click(await screen.findByRole("button", { name: "Download CSV" }))

  expect(await screen.findByRole("alert")).toHaveTextContent("Nothing was saved")
  expect(saved).toEqual([])
})

test("after the session has ended, signing in leads back here", async () => {
  csv(() => problem(401, "session_missing", "Sign in first."))
  const { user, address } = open("/exports?employee=anna")
  await user.click(await screen.findByRole("button", { name: "Download CSV" }))

  expect(await screen.findByText(/Your session has ended/)).toBeVisible()
  expect(address()).toContain("next=%2Fexports%3Femployee%3Danna")
})

test("a PDF is requested with the filters, polled, and stays in the URL", async () => {
  const ordered: unknown[] = []
  let state = { ...JOB }
  server.use(
    http.post("*/api/exports/pdf", async ({ request }) => {
      ordered.push(await request.json())
      return HttpResponse.json(state, { status: 202 })
    }),
    http.get(JOB_ADDRESS, () => HttpResponse.json(state)),
  )
  const { user, address } = open("/exports?file=pdf&employee=anna&screenshot=taken")
  await user.click(await screen.findByRole("button", { name: "Create PDF" }))

  expect(await screen.findByText("10 of 40 logs drawn")).toBeVisible()
  expect(address()).toContain(`job=${JOB.job_id}`)
  state = { ...state, state: "done", size_bytes: 320_000, file_url: "/api/exports/x/file" }
  const link = await screen.findByRole("link", { name: "Download PDF" })
  expect(link).toHaveAttribute("href", "/api/exports/x/file")
  expect(screen.getByText(/40 logs, 320 kB/)).toBeVisible()
  expect(ordered).toEqual([
    { employee: "anna", screenshot: "taken", where: [], fact: [], zone: "Europe/Vienna" },
  ])
})

test("a PDF without room for all logs says how many it leaves out", async () => {
  const job = { ...JOB, state: "done", rows_found: 7000, rows_taken: 5000, file_url: "/f" }
  server.use(http.get(JOB_ADDRESS, () => HttpResponse.json(job)))
  open(`/exports?file=pdf&job=${JOB.job_id}`)

  expect(await screen.findByText(/7,000 logs match. A PDF has at most 5,000/)).toBeVisible()
})

test("a PDF that failed says why, and one that has expired offers no link", async () => {
  let job = { ...JOB, state: "failed", problem: "The PDF could not be stored." as string | null }
  server.use(http.get(JOB_ADDRESS, () => HttpResponse.json(job)))
  open(`/exports?file=pdf&job=${JOB.job_id}`)
  expect(await screen.findByRole("alert")).toHaveTextContent("The PDF could not be stored.")

  job = { ...JOB, state: "done", file_url: "/f", expires_at: "2001-01-01T00:00:00Z" }
  open(`/exports?file=pdf&job=${JOB.job_id}`)
  expect(await screen.findByText("This PDF has expired. Create it again.")).toBeVisible()
})

test("recent exports are shown, newest first", async () => {
  server.use(
    http.get("*/api/audit", ({ request }) => {
      const action = new URL(request.url).searchParams.get("action") ?? ""
      const isPdf = action === "export.pdf"
      const details = isPdf ? { rows: 1 } : { what: "heartbeats", rows: 2000 }
      return HttpResponse.json({ rows: [audited(action, details, isPdf ? 9 : 8)] })
    }),
  )
  open("/exports")
  const panel = within(await screen.findByRole("region", { name: "Recent exports" }))
  const rows = await panel.findAllByRole("listitem")

  expect(rows.map((row) => row.textContent)).toEqual([
    expect.stringContaining("Logs, PDF · 1 row · 3 employees“For the works council”"),
    expect.stringContaining("Heartbeats, CSV · 2,000 rows · 3 employees"),
  ])
})

test("managers, who may not read the audit log, see no recent exports", async () => {
  const manager: Session = { ...ADMIN, role: "manager" }
  server.use(
    http.get("*/api/session", () => HttpResponse.json(manager)),
    http.get("*/api/audit", () => problem(403, "not_allowed", "Not you.")),
  )
  open("/exports")
  await screen.findByRole("button", { name: "Download CSV" })

  await waitFor(() => expect(screen.queryByText("Recent exports")).toBeNull())
})
