/** The client of the server's API. `make api-types` generates its types from the OpenAPI document. */
import createClient, { type Middleware } from "openapi-fetch"
import { AnswerError, isProblem, OfflineError } from "@/api/errors"
import type { paths } from "@/api/schema"

const CSRF_HEADER = "X-CSRF-Token"

let csrfToken = ""

/** Set the CSRF token of the session, which every change has to send. */
export function setCsrfToken(token: string): void {
  csrfToken = token
}

const carryCsrfToken: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET" && csrfToken !== "") request.headers.set(CSRF_HEADER, csrfToken)
    return request
  },
}

const failOnProblems: Middleware = {
  async onResponse({ response }) {
    if (response.ok || response.status === 304) return undefined
    throw await errorOf(response)
  },
  onError() {
    return new OfflineError()
  },
}

/** Return the problem in a failed response as an error that can be shown. */
export async function errorOf(response: Response): Promise<AnswerError> {
  const content: unknown = await response.json().catch(() => null)
  return new AnswerError(response.status, isProblem(content) ? content : null)
}

declare global {
  /** Responses that early.js has requested, by path. */
  var earlyAnswers: Map<string, Promise<Response>> | undefined
}

/** Return the response that early.js requested before the program was loaded; each is used once. */
function earlyAnswer({ method, url }: Request): Promise<Response> | undefined {
  const { pathname, search } = new URL(url)
  const answer = globalThis.earlyAnswers?.get(pathname)
  globalThis.earlyAnswers?.delete(pathname)
  return method === "GET" && search === "" ? answer : undefined
}

/** Discard responses that were not used: they would be out of date later. */
export function forgetEarlyAnswers(): void {
  const answers = globalThis.earlyAnswers ?? []
  globalThis.earlyAnswers = undefined
  for (const [, answer] of answers) {
    // An unread body would keep its connection open.
    answer.then((unread) => unread.body?.cancel()).catch(() => undefined)
  }
}

const LIMIT_MS = 30_000

/** Send a request. The server cannot be reached when no response begins within the limit. */
async function withinLimit(request: Request): Promise<Response> {
  const limit = new AbortController()
  const stop = () => limit.abort()
  const timer = setTimeout(stop, LIMIT_MS)
  request.signal.addEventListener("abort", stop, { once: true })
  try {
    // Looked up at each call, so that tests can replace it.
    return await globalThis.fetch(request, { signal: limit.signal })
  } finally {
    clearTimeout(timer)
  }
}

export const api = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? "",
  fetch: (request) => earlyAnswer(request) ?? withinLimit(request),
})
api.use(carryCsrfToken, failOnProblems)

/** Return the body of a successful response. The middleware has thrown for all others. */
export async function unwrap<T>(call: Promise<{ data?: T }>): Promise<T> {
  const { data } = await call
  if (data === undefined) throw new AnswerError(200, null)
  return data
}
