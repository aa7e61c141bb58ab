import { createFileRoute } from "@tanstack/react-router"
import Laptop from "lucide-react/icons/laptop"
import { WHICH } from "@/features/agents/agents"
import { AgentsPage } from "@/features/agents/agents-page"
import { oneOf, text } from "@/lib/search"

const CHOICES = WHICH.map(({ value }) => value)

export const Route = createFileRoute("/_app/agents")({
  staticData: {
    page: {
      title: "Agents",
      icon: Laptop,
      section: "Administration",
      order: 1,
      roles: ["admin", "auditor"],
    },
  },
  validateSearch: (search) => ({ ...text(search, "search"), ...oneOf(search, "which", CHOICES) }),
  component: AgentsRoute,
})

function AgentsRoute() {
  const filter = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <AgentsPage filter={filter} onFilter={(search) => void navigate({ search, replace: true })} />
  )
}
