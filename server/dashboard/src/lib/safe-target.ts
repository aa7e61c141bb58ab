/** Return where to go after signing in: *next* if it is an address of this dashboard, else the start.
 *
 * `//evil.example`, `/\evil.example` and `javascript:` are none.
 */
export function safeTarget(next: string | undefined): string {
  if (next === undefined || !/^\/(?![/\\])/.test(next)) return "/"
  const base = "http://dashboard.invalid"
  const url = URL.canParse(next, base) ? new URL(next, base) : null
  if (url === null || url.origin !== base || url.pathname.startsWith("/sign-in")) return "/"
  return url.pathname + url.search + url.hash
}

const KEPT = "wfh-next"

/** Keep where to go while the browser is at another site to sign in. */
export function rememberTarget(next: string): void {
  sessionStorage.setItem(KEPT, next)
}

/** Return what was kept, once. */
export function rememberedTarget(): string | undefined {
  const kept = sessionStorage.getItem(KEPT) ?? undefined
  sessionStorage.removeItem(KEPT)
  return kept === undefined || safeTarget(kept) === "/" ? undefined : safeTarget(kept)
}
