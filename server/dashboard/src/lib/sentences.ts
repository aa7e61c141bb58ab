/** Return what a person can be told of *error*: its own sentence, if it is one of ours. */
export function sentenceOf(error: unknown): string {
  const ours = error instanceof Error && ["AnswerError", "OfflineError"].includes(error.name)
  if (ours) return error.message
  return "The dashboard made a mistake. Load the page again; if it stays, tell your administrator."
}
