import { onlineManager } from "@tanstack/react-query"
import { screen, waitFor, within } from "@testing-library/react"
import { HttpResponse, http } from "msw"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { open } from "@/testing/render"
import { NOW, server } from "@/testing/server"

const SECRET = "wfhe_the-new-token"
let created: string[]

beforeEach(() => {
  created = []
  server.use(
    http.get("*/api/enrolment-tokens", () => HttpResponse.json({ tokens: [], server_time: NOW })),
    http.post("*/api/enrolment-tokens", () => {
      created.push(SECRET)
      return HttpResponse.json({ token: SECRET, token_id: 1, server_time: NOW }, { status: 201 })
    }),
  )
})
afterEach(() => onlineManager.setOnline(true))

async function askForToken() {
  const opened = open("/tokens")
  await opened.user.click(await screen.findByRole("button", { name: "Create token" }))
  const dialog = await screen.findByRole("dialog")
  await opened.user.type(within(dialog).getByLabelText(/Label/), "Vienna")
  await opened.user.click(within(dialog).getByRole("button", { name: "Create" }))
  return { ...opened, dialog }
}

test("a change that failed offline is not sent when the network is back", async () => {
  const away = http.post("*/api/enrolment-tokens", () => HttpResponse.error())
  server.use(away)
  onlineManager.setOnline(false)
  const { user, dialog } = await askForToken()

  expect(await within(dialog).findByText(/The server cannot be reached/)).toBeVisible()
  await user.click(within(dialog).getByRole("button", { name: "Cancel" }))
  let answered = 0
  server.use(
    http.get("*/api/enrolment-tokens", () => {
      answered += 1
      return HttpResponse.json({ tokens: [], server_time: NOW })
    }),
    http.post("*/api/enrolment-tokens", () => {
      created.push(SECRET)
      return HttpResponse.json({ token: SECRET, token_id: 1, server_time: NOW }, { status: 201 })
    }),
  )
  onlineManager.setOnline(true)
  // The list is requested again at once. A paused change would have been sent with it.
  open("/tokens")

  await waitFor(() => expect(answered).toBeGreaterThan(0))
  expect(created).toEqual([])
})

test("a running request cannot be canceled, and the dialog says so", async () => {
  let answer = () => {}
  server.use(
    http.post("*/api/enrolment-tokens", async () => {
      await new Promise<void>((resolve) => {
        answer = resolve
      })
      return HttpResponse.json({ token: SECRET, token_id: 1, server_time: NOW }, { status: 201 })
    }),
  )
  const { user, dialog } = await askForToken()

  expect(within(dialog).getByRole("button", { name: "Cancel" })).toBeDisabled()
  await user.keyboard("{Escape}")
  expect(dialog).toBeVisible()
  await vi.waitFor(() => answer())
  expect(await screen.findByText(SECRET)).toBeVisible()
})

test("a list says that the server cannot be reached, also when the browser is offline", async () => {
  server.use(http.get("*/api/enrolment-tokens", () => HttpResponse.error()))
  onlineManager.setOnline(false)
  open("/tokens")

  expect(await screen.findByText(/The server cannot be reached/)).toBeVisible()
})

test("a new token is shown although the list of tokens fails to load", async () => {
  await askForToken()
  server.use(http.get("*/api/enrolment-tokens", () => HttpResponse.error()))

  expect(await screen.findByText(SECRET)).toBeVisible()
})

test.each(["{Escape}", "Close"])(
  "%s asks before a token that was not copied is lost",
  async (way) => {
    const { user } = await askForToken()
    await screen.findByText(SECRET)
    const leave = () =>
      way === "Close"
        ? user.click(screen.getByRole("button", { name: "Close" }))
        : user.keyboard(way)

    await leave()
    expect(await screen.findByText("Close without copying?")).toBeVisible()
    expect(screen.getByRole("button", { name: "Keep open" })).toHaveFocus()
    await user.click(screen.getByRole("button", { name: "Keep open" }))
    expect(screen.getByText(SECRET)).toBeVisible()

    await user.click(screen.getByRole("button", { name: "Copy" }))
    await leave()
    await waitFor(() => expect(screen.queryByText(SECRET)).toBeNull())
  },
)

test("leaving the page asks as well", async () => {
  const { user, router } = await askForToken()
  await screen.findByText(SECRET)
  void router.navigate({ to: "/account" })

  expect(await screen.findByText("Close without copying?")).toBeVisible()
  const dialog = within(screen.getByRole("alert"))
  await user.click(dialog.getByRole("button", { name: "Close" }))
  expect(await screen.findByRole("heading", { name: "Second factor" })).toBeVisible()
})
