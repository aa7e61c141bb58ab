/** Return the address to open after signing in: *next* if it belongs to this dashboard, else `/`.
 *
 * `//evil.example`, `/\evil.example` and `javascript:` do not belong to it.
 */
export function safeTarget(next: string | undefined): string {
  if (next === undefined || !/^\/(?![/\\])/.test(next)) return "/"
  const base = "http://dashboard.invalid"
  const url = URL.canParse(next, base) ? new URL(next, base) : null
  if (url === null || url.origin !== base || url.pathname.startsWith("/sign-in")) return "/"
  return url.pathname + url.search + url.hash
}

const STORAGE_KEY = "wfh-next"

/** Store the address to open while the browser is at another site to sign in. */
export function rememberTarget(next: string): void {
  sessionStorage.setItem(STORAGE_KEY, next)
}

/** Return the stored address, once. */
export function rememberedTarget(): string | undefined {
  const stored = sessionStorage.getItem(STORAGE_KEY) ?? undefined
  sessionStorage.removeItem(STORAGE_KEY)
  return stored === undefined || safeTarget(stored) === "/" ? undefined : safeTarget(stored)
}
