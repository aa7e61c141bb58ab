import { msg } from "@lingui/core/macro"
import { createFileRoute } from "@tanstack/react-router"
import ScrollText from "lucide-react/icons/scroll-text"
import { AuditPage } from "@/features/audit/audit-page"
import { PARTS } from "@/features/audit/filter-choices"
import { oneOf, text, whole } from "@/lib/search"

export const Route = createFileRoute("/_app/audit")({
  staticData: {
    page: {
      title: msg`Audit log`,
      icon: ScrollText,
      section: "oversight",
      order: 1,
      roles: ["admin", "auditor"],
    },
  },
  validateSearch: (search) => ({
    ...text(search, "person"),
    ...oneOf(search, "as", PARTS),
    ...text(search, "action"),
    ...whole(search, "employee_id"),
  }),
  component: AuditRoute,
})

function AuditRoute() {
  const filter = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <AuditPage filter={filter} onFilter={(search) => void navigate({ search, replace: true })} />
  )
}
