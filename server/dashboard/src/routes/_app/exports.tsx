import { msg } from "@lingui/core/macro"
import { createFileRoute } from "@tanstack/react-router"
import FileDown from "lucide-react/icons/file-down"
import { FILTERS } from "@/api/filters.gen"
import { ExportsPage, type ExportsSearch } from "@/features/exports/exports-page"
import { FILES } from "@/features/exports/file-kinds"
import { filters, oneOf, text } from "@/lib/search"

export const Route = createFileRoute("/_app/exports")({
  staticData: { page: { title: msg`Exports`, icon: FileDown, section: "presence", order: 5 } },
  validateSearch: (search: Record<string, unknown>): ExportsSearch => ({
    ...oneOf(search, "file", FILES),
    ...filters(search, FILTERS.export_logs),
    ...text(search, "job"),
  }),
  component: ExportsRoute,
})

function ExportsRoute() {
  const search = Route.useSearch()
  const navigate = Route.useNavigate()
  const change = (part: ExportsSearch) =>
    void navigate({ search: (last) => ({ ...last, ...part }), resetScroll: false, replace: true })
  return <ExportsPage search={search} onSearch={change} />
}
