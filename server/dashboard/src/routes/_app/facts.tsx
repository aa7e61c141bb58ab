import { msg } from "@lingui/core/macro"
import { createFileRoute } from "@tanstack/react-router"
import Puzzle from "lucide-react/icons/puzzle"
import type { FactSearch } from "@/features/facts/facts"
import { FactsPage } from "@/features/facts/facts-page"
import { text, texts } from "@/lib/search"

export const Route = createFileRoute("/_app/facts")({
  staticData: { page: { title: msg`Facts`, icon: Puzzle, section: "presence", order: 4 } },
  validateSearch: (search: Record<string, unknown>): FactSearch => ({
    ...text(search, "plugin"),
    ...texts(search, "fact"),
    ...texts(search, "where"),
    ...text(search, "search"),
  }),
  component: FactsRoute,
})

function FactsRoute() {
  const search = Route.useSearch()
  const navigate = Route.useNavigate()
  return <FactsPage search={search} onSearch={(next) => void navigate({ search: next })} />
}
