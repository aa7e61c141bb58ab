import { createFileRoute } from "@tanstack/react-router"
import ScrollText from "lucide-react/icons/scroll-text"
import { LogsPage, type LogsSearch } from "@/features/logs/logs-page"
import { day, oneOf, text, whole } from "@/lib/search"

export const Route = createFileRoute("/_app/logs")({
  staticData: { page: { title: "Logs", icon: ScrollText, section: "Presence", order: 2 } },
  validateSearch: (search: Record<string, unknown>): LogsSearch => ({
    ...text(search, "employee"),
    ...whole(search, "team"),
    ...day(search, "from"),
    ...day(search, "to"),
    ...oneOf(search, "screenshot", ["taken", "none"] as const),
    ...text(search, "place"),
    ...oneOf(search, "kind", ["missed", "any"] as const),
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
