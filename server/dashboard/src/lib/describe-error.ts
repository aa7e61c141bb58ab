import { t } from "@lingui/core/macro"

const OURS = ["AnswerError", "OfflineError", "CutOffError", "MissingPartError"]

/** Return the sentence that describes *error* to a user. Errors of the program itself have a general one. */
export function describeError(error: unknown): string {
  if (error instanceof Error && OURS.includes(error.name)) return error.message
  return t`Internal error in the dashboard. Reload the page. If it happens again, tell your administrator.`
}
