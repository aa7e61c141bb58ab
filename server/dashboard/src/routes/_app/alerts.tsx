import { msg } from "@lingui/core/macro"
import { createFileRoute } from "@tanstack/react-router"
import Bell from "lucide-react/icons/bell"
import { AlertsPage } from "@/features/alerts/alerts-page"
import { oneOf } from "@/lib/search"

const STATES = ["resolved"] as const

export const Route = createFileRoute("/_app/alerts")({
  staticData: { page: { title: msg`Alerts`, icon: Bell, section: "presence", order: 6 } },
  validateSearch: (search: Record<string, unknown>) => ({ ...oneOf(search, "state", STATES) }),
  component: AlertsRoute,
})

function AlertsRoute() {
  const { state } = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <AlertsPage
      resolved={state === "resolved"}
      onResolved={(resolved) =>
        void navigate({ search: resolved ? { state: "resolved" } : {}, replace: true })
      }
    />
  )
}
