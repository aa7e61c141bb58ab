/** Reloads the dashboard when a module failed to load. */

const KEY = "wfh-reloaded"

/** Reload the page if the server answers. Otherwise keep what is on the screen. */
export async function reloadWhenReachable(): Promise<void> {
  const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => null)
  if (!answer?.ok) return
  sessionStorage.setItem(KEY, globalThis.location.href)
  globalThis.location.reload()
}

/** The same, but once per address: a module that never loads would reload the page endlessly. */
export async function reloadOnceWhenReachable(): Promise<void> {
  if (sessionStorage.getItem(KEY) !== globalThis.location.href) await reloadWhenReachable()
}
