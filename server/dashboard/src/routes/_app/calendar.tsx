import { msg } from "@lingui/core/macro"
import { createFileRoute } from "@tanstack/react-router"
import CalendarDays from "lucide-react/icons/calendar-days"
import { CalendarPage, type CalendarSearch } from "@/features/calendar/calendar-page"
import { whole } from "@/lib/search"

const DECEMBER = 12

export const Route = createFileRoute("/_app/calendar")({
  staticData: {
    page: { title: msg`Calendar`, icon: CalendarDays, section: "presence", order: 6 },
  },
  validateSearch: (search: Record<string, unknown>): CalendarSearch => {
    const { month } = whole(search, "month")
    return {
      ...whole(search, "team"),
      ...whole(search, "year"),
      ...(month !== undefined && month <= DECEMBER && { month }),
    }
  },
  component: CalendarRoute,
})

function CalendarRoute() {
  const search = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <CalendarPage
      search={search}
      onSearch={(next) => void navigate({ search: next, resetScroll: false })}
    />
  )
}
