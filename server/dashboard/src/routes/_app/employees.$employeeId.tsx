import { createFileRoute, notFound } from "@tanstack/react-router"
import { EmployeePage, type EmployeeSearch } from "@/features/employee/employee-page"
import { day, text } from "@/lib/search"

export const Route = createFileRoute("/_app/employees/$employeeId")({
  params: {
    parse: ({ employeeId }) => {
      if (!/^[1-9]\d{0,9}$/.test(employeeId)) throw notFound()
      return { employeeId: Number(employeeId) }
    },
    stringify: ({ employeeId }) => ({ employeeId: String(employeeId) }),
  },
  validateSearch: (search: Record<string, unknown>): EmployeeSearch => ({
    ...day(search, "day"),
    ...text(search, "log"),
  }),
  component: EmployeeRoute,
})

function EmployeeRoute() {
  const { employeeId } = Route.useParams()
  const search = Route.useSearch()
  const navigate = Route.useNavigate()
  const change = (part: EmployeeSearch) =>
    void navigate({ search: (last) => ({ ...last, ...part }), resetScroll: false })
  return <EmployeePage key={employeeId} employeeId={employeeId} search={search} onSearch={change} />
}
