import { msg } from "@lingui/core/macro"
import { createFileRoute } from "@tanstack/react-router"
import ScrollText from "lucide-react/icons/scroll-text"
import { FILTERS } from "@/api/filters.gen"
import { LogsPage, type LogsSearch } from "@/features/logs/logs-page"
import { filters, text } from "@/lib/search"

export const Route = createFileRoute("/_app/logs")({
  staticData: { page: { title: msg`Logs`, icon: ScrollText, section: "presence", order: 3 } },
  validateSearch: (search: Record<string, unknown>): LogsSearch => ({
    ...filters(search, FILTERS.logs),
    ...text(search, "log"),
  }),
  component: LogsRoute,
})

function LogsRoute() {
  const search = Route.useSearch()
  const navigate = Route.useNavigate()
  const change = (part: LogsSearch) =>
    void navigate({ search: (last) => ({ ...last, ...part }), resetScroll: false })
  return <LogsPage search={search} onSearch={change} />
}
