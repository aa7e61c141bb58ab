/** The one client of the server. Its types are made from the OpenAPI document: `make api-types`. */
import createClient, { type Middleware } from "openapi-fetch"
import { AnswerError, isProblem, OfflineError } from "@/api/errors"
import type { paths } from "@/api/schema"

const CSRF_HEADER = "X-CSRF-Token"

let csrfToken = ""

/** Tell the client the token of the session, which every change has to carry. */
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

/** Return what a failed answer says, as an error that can be shown. */
export async function errorOf(response: Response): Promise<AnswerError> {
  const content: unknown = await response.json().catch(() => null)
  return new AnswerError(response.status, isProblem(content) ? content : null)
}

declare global {
  /** What early.js has asked for already, by path. */
  var earlyAnswers: Map<string, Promise<Response>> | undefined
}

/** Return the answer that is on its way since before there was a program; each is taken once. */
function earlyAnswer({ method, url }: Request): Promise<Response> | undefined {
  const { pathname, search } = new URL(url)
  const answer = globalThis.earlyAnswers?.get(pathname)
  globalThis.earlyAnswers?.delete(pathname)
  return method === "GET" && search === "" ? answer : undefined
}

/** Let go of what nobody has taken by now: it would be old when somebody does. */
export function forgetEarlyAnswers(): void {
  const answers = globalThis.earlyAnswers ?? []
  globalThis.earlyAnswers = undefined
  for (const [, answer] of answers) {
    // Unread, it would keep its connection.
    answer.then((unread) => unread.body?.cancel()).catch(() => undefined)
  }
}

const LIMIT_MS = 30_000

/** Ask the server; who has not begun to answer by then is not reached. */
async function withinLimit(request: Request): Promise<Response> {
  const limit = new AbortController()
  const stop = () => limit.abort()
  const timer = setTimeout(stop, LIMIT_MS)
  request.signal.addEventListener("abort", stop, { once: true })
  try {
    // Looked up at each call, so that tests can stand in for the network.
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

/** Return the content of an answer; the middleware has thrown for everything but success. */
export async function told<T>(call: Promise<{ data?: T }>): Promise<T> {
  const { data } = await call
  if (data === undefined) throw new AnswerError(200, null)
  return data
}
