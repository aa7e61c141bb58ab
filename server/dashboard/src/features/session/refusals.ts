import { codeOf } from "@/api/errors"
import { sentenceOf } from "@/lib/sentences"

/** Return what to say about an attempt to sign in that failed; null when there is nothing to say. */
export function refusalOf(error: unknown): string | null {
  if (error === null) return null
  switch (codeOf(error)) {
    case "second_factor_required":
      return null
    case "login_failed":
      return "Name, password or code is not right. Try again."
    default:
      return sentenceOf(error)
  }
}

/** Return what to say when signing in with the company's account was refused with *code*. */
export function companyRefusalOf(code: string): string {
  switch (code) {
    case "not_allowed":
      return "The company's account is in no group that may open this dashboard. Ask an administrator."
    case "conflict":
      return "Somebody who signs in with a password has this name. Ask an administrator."
    case "oidc_unavailable":
      return "The company's sign-in cannot be reached at the moment. Try again in a minute."
    default:
      return "Signing in with the company's account did not work. Try again."
  }
}
