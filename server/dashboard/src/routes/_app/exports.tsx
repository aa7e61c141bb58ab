import { createFileRoute } from "@tanstack/react-router"
import FileDown from "lucide-react/icons/file-down"
import { FILES } from "@/features/exports/exports"
import { ExportsPage, type ExportsSearch } from "@/features/exports/exports-page"
import { day, oneOf, text, whole } from "@/lib/search"

export const Route = createFileRoute("/_app/exports")({
  staticData: { page: { title: "Exports", icon: FileDown, section: "Presence", order: 3 } },
  validateSearch: (search: Record<string, unknown>): ExportsSearch => ({
    ...oneOf(search, "file", FILES),
    ...text(search, "employee"),
    ...whole(search, "team"),
    ...day(search, "from"),
    ...day(search, "to"),
    ...oneOf(search, "screenshot", ["taken", "none"] as const),
    ...text(search, "place"),
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
