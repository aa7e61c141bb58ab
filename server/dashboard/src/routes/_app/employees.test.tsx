import { screen, waitFor, within } from "@testing-library/react"
import { HttpResponse, http } from "msw"
import { beforeEach, expect, test } from "vitest"
import type { EmployeeRow, ImportResult } from "@/features/employees/employees"
import { open } from "@/testing/render"
import { ADMIN, NOW, problem, server } from "@/testing/server"

const ANNA: EmployeeRow = {
  employee_id: 1,
  username: "anna",
  display_name: "Anna Gruber",
  email: "anna@example.com",
  teams: ["Sales"],
  manager: "bob",
  time_zone: "Europe/Vienna",
  country: "AT",
  region: "9",
  status: "active",
  further_usernames: [],
  agents: 0,
  state: "never",
  last_seen: null,
}
const FOUND: ImportResult = {
  dry_run: true,
  added: 1,
  changed: 1,
  unchanged: 3,
  errors: [],
  rows: [
    {
      line: 2,
      username: "anna",
      change: "changed",
      fields: [{ field: "status", before: "active", after: "left" }],
    },
    { line: 3, username: "carol", change: "added", fields: [] },
    { line: 4, username: "dave", change: "unchanged", fields: [] },
  ],
}
let sent: unknown[]

beforeEach(() => {
  sent = []
  server.use(
    http.get("*/api/teams", () => HttpResponse.json({ teams: [], server_time: NOW })),
    http.get("*/api/employees", () =>
      HttpResponse.json({ rows: [ANNA], next_page: null, server_time: NOW }),
    ),
    http.get("*/api/employees/import", () => HttpResponse.json({ last: null, server_time: NOW })),
    http.patch("*/api/employees/1", async ({ request }) => {
      sent.push(await request.json())
      return new HttpResponse(null, { status: 204 })
    }),
  )
})

function answering(found: ImportResult) {
  server.use(
    http.post("*/api/employees/import", async ({ request }) => {
      sent.push(await request.json())
      return HttpResponse.json({ ...found, server_time: NOW })
    }),
  )
}

async function chosen(...bytes: number[]) {
  const { user } = open("/employees")
  await user.click(await screen.findByRole("button", { name: "Import CSV" }))
  const dialog = await screen.findByRole("dialog")
  const file = new File([new Uint8Array(bytes)], "people.csv", { type: "text/csv" })
  Object.defineProperty(file, "arrayBuffer", {
    value: async () => new Uint8Array(bytes).buffer,
  })
  // The input of a file button is hidden.
  await user.upload(document.querySelector("input[type=file]") as HTMLInputElement, file)
  return { user, dialog }
}

test("an employee has the display name with the username beneath", async () => {
  open("/employees")

  const row = await screen.findByRole("rowheader", { name: /Anna Gruber/ })
  expect(row).toHaveTextContent("Anna Gruberanna")
})

test("an edit sends the whole profile, and empty fields as cleared ones", async () => {
  const { user } = open("/employees")
  await user.click(await screen.findByRole("button", { name: "Edit anna" }))
  const dialog = await screen.findByRole("dialog")
  await user.clear(within(dialog).getByLabelText("E-mail"))
  await user.click(within(dialog).getByRole("button", { name: "Save" }))

  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull())
  const { employee_id, username, agents, state, last_seen, ...profile } = ANNA
  expect(sent).toEqual([{ ...profile, email: "", join_data: false }])
})

test("a file is previewed without a change, and then imported as it was read", async () => {
  answering(FOUND)
  const { user, dialog } = await chosen(0x4a, 0xfc)

  expect(await within(dialog).findByRole("status")).toHaveTextContent(
    "1 employee added · 1 employee changed · 3 employees unchanged",
  )
  expect(within(dialog).getByText("Status: active → left")).toBeVisible()
  expect(within(dialog).queryByText("dave")).toBeNull()
  expect(sent).toEqual([{ csv: "Jü", dry_run: true }])
  await user.click(within(dialog).getByRole("button", { name: "Import" }))

  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull())
  expect(sent[1]).toEqual({ csv: "Jü", dry_run: false })
})

test("a file with errors names their lines and columns, and cannot be imported", async () => {
  const errors = [{ line: 7, column: "E-Mail", message: "“x” is not an e-mail address." }]
  answering({ ...FOUND, rows: [], errors })
  const { dialog } = await chosen(0x4a)

  expect(
    await within(dialog).findByText("Line 7, column E-Mail: “x” is not an e-mail address."),
  ).toBeVisible()
  expect(within(dialog).getByRole("button", { name: "Import" })).toBeDisabled()
})

test("an import that is refused says why, and the dialog stays", async () => {
  answering(FOUND)
  const { user, dialog } = await chosen(0x4a)
  await within(dialog).findByRole("status")
  server.use(
    http.post("*/api/employees/import", () =>
      problem(422, "invalid_field", "Nothing was imported. Line 2: changed meanwhile."),
    ),
  )
  await user.click(within(dialog).getByRole("button", { name: "Import" }))

  expect(await within(dialog).findByText(/Nothing was imported/)).toBeVisible()
})

test("an undo names those who stay as they are", async () => {
  const last = { imported_at: NOW, imported_by: "user:anna", added: 2, changed: 0 }
  server.use(
    http.get("*/api/employees/import", () => HttpResponse.json({ last, server_time: NOW })),
    http.post("*/api/employees/import/undo", () =>
      HttpResponse.json({ removed: 1, restored: 0, kept: ["carol"], server_time: NOW }),
    ),
  )
  const { user } = open("/employees")
  await user.click(await screen.findByRole("button", { name: "Undo import" }))
  const dialog = await screen.findByRole("dialog")
  server.use(
    http.get("*/api/employees/import", () => HttpResponse.json({ last: null, server_time: NOW })),
  )
  await user.click(within(dialog).getByRole("button", { name: "Undo import" }))

  expect(await within(dialog).findByText("carol")).toBeVisible()
  await user.click(within(dialog).getAllByRole("button", { name: "Close" }).at(-1) as HTMLElement)
  expect(screen.queryByRole("dialog")).toBeNull()
})

test("a manager reads, and changes nothing", async () => {
  server.use(
    http.get("*/api/session", () => HttpResponse.json({ ...ADMIN, role: "manager" })),
    http.get("*/api/employees/import", () => problem(403, "not_allowed", "Not allowed.")),
  )
  open("/employees")

  expect(await screen.findByRole("link", { name: "Anna Gruber" })).toBeVisible()
  for (const name of ["Import CSV", "Add employee", "Edit anna"]) {
    expect(screen.queryByRole("button", { name })).toBeNull()
  }
})
