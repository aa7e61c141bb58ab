import { t } from "@lingui/core/macro"
import { codeOf } from "@/api/errors"
import { describeError } from "@/lib/describe-error"

/** Return the message of a failed attempt to sign in; null without an error. */
export function refusalOf(error: unknown): string | null {
  if (error === null) return null
  switch (codeOf(error)) {
    case "second_factor_required":
      return null
    case "login_failed":
      return t`The username, password or code is wrong.`
    default:
      return describeError(error)
  }
}

/** Return the message when the sign-in with a company account was refused with *code*. */
export function companyRefusalOf(code: string): string {
  switch (code) {
    case "not_allowed":
      return t`Your company account is not in a group that may open this dashboard. Ask an administrator.`
    case "conflict":
      return t`A user who signs in with a password already has this name. Ask an administrator.`
    case "oidc_unavailable":
      return t`Your company's sign-in service cannot be reached. Retry in a minute.`
    default:
      return t`Could not sign in with your company account. Retry.`
  }
}
