const OURS = ["AnswerError", "OfflineError", "CutOffError", "MissingPartError"]

/** Return what a person can be told of *error*: its own sentence, if it is one of ours. */
export function sentenceOf(error: unknown): string {
  if (error instanceof Error && OURS.includes(error.name)) return error.message
  return "Internal error in the dashboard. Reload the page. If it happens again, tell your administrator."
}
