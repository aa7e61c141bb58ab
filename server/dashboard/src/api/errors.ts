/** Errors between browser and server, with messages for users. */
import { t } from "@lingui/core/macro"

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

/** The server answered with an error. */
export class AnswerError extends Error {
  readonly status: number
  readonly code: string
  readonly field: string | undefined

  constructor(status: number, problem: Problem | null) {
    super(
      problem?.detail ?? t`The server sent a response that this page cannot read. Reload the page.`,
    )
    this.name = "AnswerError"
    this.status = status
    this.code = problem?.code ?? "unreadable"
    this.field = problem?.field
  }
}

/** The server could not be reached. */
export class OfflineError extends Error {
  constructor() {
    super(t`The server cannot be reached. Check your connection.`)
    this.name = "OfflineError"
  }
}

const MISSING_PART = "MissingPartError"

/** Replace the message of *error*, which names a file, by one for users. */
export function describeMissingPart(error: Error): void {
  error.name = MISSING_PART
  error.message = t`This page could not be loaded. The server cannot be reached, or has a newer version of the dashboard.`
}

export const isMissingPart = (error: unknown) =>
  error instanceof Error && error.name === MISSING_PART

/** A download ended early. */
export class CutOffError extends Error {
  constructor() {
    super(t`The connection was lost before the download was complete. Nothing was saved. Retry.`)
    this.name = "CutOffError"
  }
}

/** Return whether *error* means that the session has ended. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof AnswerError && error.code === "session_missing"
}

/** Return whether the resource does not exist, so that a retry is pointless. */
export function isGone(error: unknown): boolean {
  return error instanceof AnswerError && error.status === 404
}

/** Return whether the request was invalid, so that a retry is pointless. */
export function isWrong(error: unknown): boolean {
  return error instanceof AnswerError && [400, 422].includes(error.status)
}

/** Return the code of *error*, or null when the server gave none. */
export function codeOf(error: unknown): string | null {
  return error instanceof AnswerError ? error.code : null
}

/** Return whether a retry may help: after a network error or an internal error of the server. */
export function mayPass(error: unknown): boolean {
  return error instanceof OfflineError || (error instanceof AnswerError && error.status >= 500)
}
