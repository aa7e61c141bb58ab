import { expect, test } from "vitest"
import { AnswerError, OfflineError } from "@/api/errors"
import { companyRefusalOf, refusalOf } from "./refusals"

const refusalFor = (code: string) =>
  refusalOf(new AnswerError(401, { title: "", status: 401, detail: "The server's words.", code }))

test("each error says what to do", () => {
  expect(refusalFor("login_failed")).toMatch(/is wrong/)
  expect(refusalFor("too_many_logins")).toBe("The server's words.")
  expect(refusalFor("csrf_failed")).toBe("The server's words.")
  expect(refusalOf(new OfflineError())).toMatch(/cannot be reached/)
})

test("a request for a code is not shown as an error", () => {
  expect(refusalFor("second_factor_required")).toBeNull()
  expect(refusalOf(null)).toBeNull()
})

test("every error of the company's sign-in has a message", () => {
  expect(companyRefusalOf("not_allowed")).toMatch(/not in a group/)
  expect(companyRefusalOf("oidc_failed")).toMatch(/Retry/)
  expect(companyRefusalOf("<b>")).toMatch(/Retry/)
})
