import "@fontsource-variable/inter/wght.css"
import "@mantine/core/styles.css"
import "@/styles.css"
import { setNonce } from "get-nonce"
import { createRoot } from "react-dom/client"
import { forgetEarlyAnswers } from "@/api/client"
import { describeMissingPart } from "@/api/errors"
import { App } from "@/app"
import { styleNonce } from "@/lib/nonce"
import { createDashboardRouter } from "@/router"

// What a dialog needs to hold the page behind it still.
setNonce(styleNonce())

// Vite announces a part of the program that did not come.
window.addEventListener("vite:preloadError", ({ payload }) => describeMissingPart(payload))

const root = document.getElementById("root")
if (root !== null) {
  // The shape of a page, which index.html shows, stays until there is something in its place.
  const shown = new MutationObserver(() => {
    if (root.querySelector(":scope > :not(style)") === null) return
    document.getElementById("first")?.remove()
    forgetEarlyAnswers()
    shown.disconnect()
  })
  shown.observe(root, { childList: true })
  createRoot(root).render(<App router={createDashboardRouter()} />)
}
