import "@fontsource-variable/inter/wght.css"
import "@mantine/core/styles.css"
import "@/styles.css"
import { setNonce } from "get-nonce"
import { createRoot } from "react-dom/client"
import { App } from "@/app"
import { styleNonce } from "@/lib/nonce"
import { createDashboardRouter } from "@/router"

// What a dialog needs to hold the page behind it still.
setNonce(styleNonce())

const root = document.getElementById("root")
if (root !== null) createRoot(root).render(<App router={createDashboardRouter()} />)
