import "@/mantine.css"
import { setNonce } from "get-nonce"
import { createRoot } from "react-dom/client"
import { forgetEarlyAnswers } from "@/api/client"
import { earlySnapshot } from "@/api/early-snapshot"
import { describeMissingPart } from "@/api/errors"
import { presenceQuery } from "@/api/presence"
import { App } from "@/app"
import { styleNonce } from "@/lib/nonce"
import { createDashboardRouter } from "@/router"

/** Render the dashboard in the place of the skeleton, or of the first rows. */
export function startDashboard(): void {
  // Dialogs lock scrolling by a style, which needs the nonce.
  setNonce(styleNonce())

  // Vite reports modules that failed to load.
  window.addEventListener("vite:preloadError", ({ payload }) => describeMissingPart(payload))

  const root = document.getElementById("root")
  if (root === null) return
  replaceSkeleton(root)
  const router = createDashboardRouter()
  const snapshot = earlySnapshot()
  if (snapshot !== undefined) {
    router.options.context.queryClient.setQueryData(presenceQuery.queryKey, snapshot)
  }
  createRoot(root).render(<App router={router} />)
}

/** Remove the skeleton once the first page is rendered in *root*. */
function replaceSkeleton(root: HTMLElement): void {
  const shown = new MutationObserver(() => {
    if (root.querySelector(":scope > :not(style)") === null) return
    const first = document.getElementById("first")
    const focused = first?.querySelector(":focus")?.getAttribute("href")
    first?.remove()
    const links = Array.from(root.querySelectorAll("a"))
    links.find((link) => focused != null && link.getAttribute("href") === focused)?.focus()
    forgetEarlyAnswers()
    shown.disconnect()
  })
  shown.observe(root, { childList: true })
}
