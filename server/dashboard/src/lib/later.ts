/** Parts of a page that are loaded once the page is painted, so that its rows come first. */
import { type ComponentType, lazy } from "react"

/** Return a lazy component: what *load* resolves to, requested after the page has been painted. */
export function later<Props>(load: () => Promise<ComponentType<Props>>) {
  return lazy(async () => {
    await painted()
    return { default: await load() }
  })
}

/** Wait for the second frame: what is rendered now is painted with the first. */
function painted(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)))
  })
}
