import { msg } from "@lingui/core/macro"
import { createFileRoute } from "@tanstack/react-router"
import Laptop from "lucide-react/icons/laptop"
import { AgentsPage } from "@/features/agents/agents-page"
import { ORDERS, STATES, STATUSES, SYSTEMS, TROUBLES } from "@/features/agents/filter-choices"
import { flag, oneOf, text, texts } from "@/lib/search"

export const Route = createFileRoute("/_app/agents")({
  staticData: {
    page: {
      title: msg`Devices`,
      icon: Laptop,
      section: "administration",
      order: 1,
      roles: ["admin", "auditor"],
    },
  },
  validateSearch: (search) => ({
    ...text(search, "search"),
    ...oneOf(search, "which", STATUSES),
    ...oneOf(search, "plugins", TROUBLES),
    ...text(search, "version"),
    ...flag(search, "outdated"),
    ...oneOf(search, "system", SYSTEMS),
    ...oneOf(search, "state", STATES),
    ...text(search, "settings"),
    ...oneOf(search, "sort", ORDERS),
    ...flag(search, "descending"),
    ...texts(search, "where"),
    ...texts(search, "fact"),
  }),
  component: AgentsRoute,
})

function AgentsRoute() {
  const filter = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <AgentsPage filter={filter} onFilter={(search) => void navigate({ search, replace: true })} />
  )
}
