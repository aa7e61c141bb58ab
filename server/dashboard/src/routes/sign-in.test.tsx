import { screen, waitFor } from "@testing-library/react"
import { HttpResponse, http } from "msw"
import { expect, test, vi } from "vitest"
import { forgetEarlyAnswers } from "@/api/client"
import { open } from "@/testing/render"
import { ADMIN, problem, server } from "@/testing/server"

const nobody = () =>
  http.get("*/api/session", () => problem(401, "session_missing", "Sign in first."))

async function enter(user: ReturnType<typeof open>["user"]) {
  await user.type(await screen.findByLabelText("Name"), "anna")
  await user.type(screen.getByLabelText("Password"), "correct horse battery")
  await user.click(screen.getByRole("button", { name: "Sign in" }))
}

test("signing in leads back to the requested page", async () => {
  server.use(
    nobody(),
    http.post("*/api/session", () => HttpResponse.json(ADMIN)),
  )
  const { user, address } = open("/account")
  await enter(user)

  expect(await screen.findByRole("heading", { name: "Second factor" })).toBeVisible()
  expect(address()).toBe("/account")
})

test("a second factor is requested only after a correct password", async () => {
  const sent: unknown[] = []
  server.use(
    nobody(),
    http.post("*/api/session", async ({ request }) => {
      const body = (await request.json()) as { code?: string }
      sent.push(body)
      if (body.code === undefined) return problem(401, "second_factor_required", "Send the code.")
      return HttpResponse.json(ADMIN)
    }),
  )
  const { user } = open("/account")
  await enter(user)
  await user.type(await screen.findByLabelText("Code"), "123456")
  await user.click(screen.getByRole("button", { name: "Continue" }))

  await screen.findByRole("heading", { name: "Second factor" })
  expect(sent).toEqual([
    { username: "anna", password: "correct horse battery" },
    { username: "anna", password: "correct horse battery", code: "123456" },
  ])
})

test("a session that ends during use leads to the sign-in page, with the reason", async () => {
  server.use(http.post("*/api/second-factor", () => problem(401, "session_missing", "Sign in.")))
  const { user, address } = open("/account")

  await user.click(await screen.findByRole("button", { name: "Set up" }))

  expect(await screen.findByText(/Your session has ended/)).toBeVisible()
  expect(address()).toContain("next=%2Faccount")
})

test("every change has the session's CSRF token", async () => {
  let carried: string | null = null
  server.use(
    http.post("*/api/second-factor", ({ request }) => {
      carried = request.headers.get("X-CSRF-Token")
      return problem(409, "conflict", "It is in force already. Remove it first.")
    }),
  )
  const { user } = open("/account")
  await user.click(await screen.findByRole("button", { name: "Set up" }))

  expect(await screen.findByText(/in force already/)).toBeVisible()
  await waitFor(() => expect(carried).toBe(ADMIN.csrf_token))
})

test("an unreachable server is reported instead of the page, with a Retry button", async () => {
  server.use(http.get("*/api/session", () => HttpResponse.error()))
  const { user } = open("/account")

  expect(await screen.findByText(/cannot be reached.*retries automatically/)).toBeVisible()
  server.resetHandlers()
  await user.click(screen.getByRole("button", { name: "Retry" }))

  expect(await screen.findByRole("heading", { name: "Second factor" })).toBeVisible()
})

test("an unknown address has a page that says so", async () => {
  open("/nothing/here")

  expect(await screen.findByRole("heading", { name: "Page not found" })).toBeVisible()
})

test("the company's sign-in is offered if there is one, and leads back to the requested page", async () => {
  server.use(
    nobody(),
    http.get("*/api/oidc", () =>
      HttpResponse.json({ enabled: true, name: "Keycloak", server_time: ADMIN.server_time }),
    ),
  )
  open("/sign-in?next=/account")
  const link = await screen.findByRole("link", { name: "Sign in with Keycloak" })
  link.addEventListener("click", (event) => event.preventDefault())
  link.click()

  expect(link).toHaveAttribute("href", "/api/oidc/start")
  server.resetHandlers()
  open("/")
  expect(await screen.findByRole("heading", { name: "Second factor" })).toBeVisible()
})

test("early responses are used once, and unused ones are discarded", async () => {
  const unread = new Response("{}")
  globalThis.earlyAnswers = new Map([
    ["/api/session", Promise.resolve(HttpResponse.json({ ...ADMIN, username: "early" }))],
    ["/api/presence", Promise.resolve(unread)],
  ])
  open("/account")

  expect(await screen.findByText("early")).toBeVisible()
  expect([...globalThis.earlyAnswers.keys()]).toEqual(["/api/presence"])
  const cancel = vi.spyOn(unread.body as ReadableStream, "cancel")
  forgetEarlyAnswers()
  await waitFor(() => expect(cancel).toHaveBeenCalled())
  expect(globalThis.earlyAnswers).toBeUndefined()
})
