import { expect, test } from "vitest"
import { AnswerError, OfflineError } from "@/api/errors"
import { companyRefusalOf, refusalOf } from "./refusals"

const refused = (code: string) =>
  refusalOf(new AnswerError(401, { title: "", status: 401, detail: "The server's words.", code }))

test("each refusal says what to do", () => {
  expect(refused("login_failed")).toMatch(/is wrong/)
  expect(refused("too_many_logins")).toBe("The server's words.")
  expect(refused("csrf_failed")).toBe("The server's words.")
  expect(refusalOf(new OfflineError())).toMatch(/cannot be reached/)
})

test("a code that is asked for is no refusal", () => {
  expect(refused("second_factor_required")).toBeNull()
  expect(refusalOf(null)).toBeNull()
})

test("what the company's sign-in refused is said, whatever the code", () => {
  expect(companyRefusalOf("not_allowed")).toMatch(/not in a group/)
  expect(companyRefusalOf("oidc_failed")).toMatch(/Retry/)
  expect(companyRefusalOf("<b>")).toMatch(/Retry/)
})
