/** Opens an address of the dashboard as a browser does, with all routes. */
import { createMemoryHistory } from "@tanstack/react-router"
import { render } from "@testing-library/react"
import userEvent from "@testing-library/user-event"
import { App } from "@/app"
import { createDashboardRouter } from "@/router"

export function open(address: string) {
  const history = createMemoryHistory({ initialEntries: [address] })
  const router = createDashboardRouter(history)
  const user = userEvent.setup()
  render(<App router={router} />)
  return { router, user, address: () => router.state.location.href }
}
