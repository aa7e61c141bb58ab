/** What can go wrong between browser and server, in words for people. */

export interface Problem {
  title: string
  status: number
  detail: string
  code: string
  field?: string
}

export function isProblem(content: unknown): content is Problem {
  return typeof content === "object" && content !== null && "code" in content && "detail" in content
}

/** The server answered, and not with what was asked for. */
export class AnswerError extends Error {
  readonly status: number
  readonly code: string
  readonly field: string | undefined

  constructor(status: number, problem: Problem | null) {
    super(
      problem?.detail ?? "The server sent a response that this page cannot read. Reload the page.",
    )
    this.name = "AnswerError"
    this.status = status
    this.code = problem?.code ?? "unreadable"
    this.field = problem?.field
  }
}

/** No answer came. */
export class OfflineError extends Error {
  constructor() {
    super("The server cannot be reached. Check your connection.")
    this.name = "OfflineError"
  }
}

const MISSING_PART = "MissingPartError"

/** Say in *error* that a part of the program did not come: its own message names a file. */
export function describeMissingPart(error: Error): void {
  error.name = MISSING_PART
  error.message =
    "This page could not be loaded. The server cannot be reached, or has a newer version of the dashboard."
}

export const isMissingPart = (error: unknown) =>
  error instanceof Error && error.name === MISSING_PART

/** A file did not come to its end. */
export class CutOffError extends Error {
  constructor() {
    super("The connection was lost before the download was complete. Nothing was saved. Retry.")
    this.name = "CutOffError"
  }
}

/** Tell whether *error* means that nobody is signed in (any more). */
export function isSignedOut(error: unknown): boolean {
  return error instanceof AnswerError && error.code === "session_missing"
}

/** Tell whether what was asked for is not there, so that asking again helps nobody. */
export function isGone(error: unknown): boolean {
  return error instanceof AnswerError && error.status === 404
}

/** Tell whether the question itself was wrong: asked again, it has the same answer. */
export function isWrong(error: unknown): boolean {
  return error instanceof AnswerError && [400, 422].includes(error.status)
}

/** Return the code of *error*, or null when the server gave none. */
export function codeOf(error: unknown): string | null {
  return error instanceof AnswerError ? error.code : null
}

/** Tell whether asking again may help: the network, or a server that says it is a passing fault. */
export function mayPass(error: unknown): boolean {
  return error instanceof OfflineError || (error instanceof AnswerError && error.status >= 500)
}
