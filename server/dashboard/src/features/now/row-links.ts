/** Links of rows are plain elements: the table opens them without a reload of the page. */
import { useRouter } from "@tanstack/react-router"
import type { MouseEvent } from "react"

/** Return the handlers of an element with links to employees. */
export function useRowLinks() {
  const router = useRouter()
  return {
    onClick: (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest("a") : null
      const { button, metaKey, ctrlKey, shiftKey, altKey } = event
      if (link === null || button !== 0 || metaKey || ctrlKey || shiftKey || altKey) return
      event.preventDefault()
      router.history.push(link.pathname)
    },
    // The page that a click opens is loaded by then.
    onPointerEnter: () =>
      void router.loadRouteChunk(router.routesById["/_app/employees/$employeeId"]),
  }
}
