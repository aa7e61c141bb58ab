import { msg } from "@lingui/core/macro"
import { createFileRoute } from "@tanstack/react-router"
import CalendarRange from "lucide-react/icons/calendar-range"
import { AttendancePage, type AttendanceSearch } from "@/features/attendance/attendance-page"
import { text, whole } from "@/lib/search"

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/

export const Route = createFileRoute("/_app/attendance")({
  staticData: {
    page: { title: msg`Attendance`, icon: CalendarRange, section: "presence", order: 7 },
  },
  validateSearch: (search: Record<string, unknown>): AttendanceSearch => {
    const { month } = text(search, "month")
    return {
      ...whole(search, "team"),
      ...text(search, "employee"),
      ...(month !== undefined && MONTH.test(month) && { month }),
    }
  },
  component: AttendanceRoute,
})

function AttendanceRoute() {
  const search = Route.useSearch()
  const navigate = Route.useNavigate()
  return (
    <AttendancePage
      search={search}
      onSearch={(next) => void navigate({ search: next, resetScroll: false })}
    />
  )
}
