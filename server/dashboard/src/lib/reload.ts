/** Loads the dashboard again, for a part of it that did not come. */

const KEY = "wfh-reloaded"

/** Load the page again if the server answers; until then what is on the screen is all there is. */
export async function reloadWhenReachable(): Promise<void> {
  const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => null)
  if (!answer?.ok) return
  sessionStorage.setItem(KEY, globalThis.location.href)
  globalThis.location.reload()
}

/** The same, once for each address: a part that never comes would reload the page for ever. */
export async function reloadOnceWhenReachable(): Promise<void> {
  if (sessionStorage.getItem(KEY) !== globalThis.location.href) await reloadWhenReachable()
}
