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
    case "too_many_logins":
      return "Too many attempts. Wait a quarter of an hour, then try again."
    default:
      return sentenceOf(error)
  }
}
