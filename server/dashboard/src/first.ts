/** Runs first: paints the rows of the first page, and loads the program. */
import "@fontsource-variable/inter/wght.css"
import "@mantine/core/styles/baseline.layer.css"
import "@/styles.css"
import { paintFirstRows } from "@/features/now/first-rows"
import { activateLanguage } from "@/lib/language"

// A server that is slow to answer delays the program no longer than this.
const PATIENCE_MS = 300

async function start(): Promise<void> {
  await activateLanguage(navigator.languages)
  const limit = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))
  await Promise.race([paintFirstRows(), limit])
  const { startDashboard } = await import("@/main")
  startDashboard()
}

void start()
