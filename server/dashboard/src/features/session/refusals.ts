import { codeOf } from "@/api/errors"
import { sentenceOf } from "@/lib/sentences"

/** Return what to say about an attempt to sign in that failed; null when there is nothing to say. */
export function refusalOf(error: unknown): string | null {
  if (error === null) return null
  switch (codeOf(error)) {
    case "second_factor_required":
      return null
    case "login_failed":
      return "The username, password or code is wrong."
    default:
      return sentenceOf(error)
  }
}

/** Return what to say when signing in with the company's account was refused with *code*. */
export function companyRefusalOf(code: string): string {
  switch (code) {
    case "not_allowed":
      return "Your company account is not in a group that may open this dashboard. Ask an administrator."
    case "conflict":
      return "A user who signs in with a password already has this name. Ask an administrator."
    case "oidc_unavailable":
      return "Your company's sign-in service cannot be reached. Retry in a minute."
    default:
      return "Could not sign in with your company account. Retry."
  }
}
