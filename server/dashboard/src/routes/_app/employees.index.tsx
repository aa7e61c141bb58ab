import { msg } from "@lingui/core/macro"
import { createFileRoute } from "@tanstack/react-router"
import ContactRound from "lucide-react/icons/contact-round"
import { EmployeesPage } from "@/features/employees/employees-page"
import { text, whole } from "@/lib/search"

export const Route = createFileRoute("/_app/employees/")({
  staticData: {
    page: { title: msg`Employees`, icon: ContactRound, section: "presence", order: 2 },
  },
  validateSearch: (search: Record<string, unknown>) => ({
    ...text(search, "search"),
    ...whole(search, "team"),
  }),
  component: EmployeesRoute,
})

function EmployeesRoute() {
  const filter = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <EmployeesPage
      filter={filter}
      onFilter={(search) => void navigate({ search, replace: true })}
    />
  )
}
