import { msg } from "@lingui/core/macro"
import { createFileRoute } from "@tanstack/react-router"
import CalendarClock from "lucide-react/icons/calendar-clock"
import { SchedulesPage } from "@/features/schedules/schedules-page"

export const Route = createFileRoute("/_app/schedules")({
  staticData: {
    page: {
      title: msg`Schedules`,
      icon: CalendarClock,
      section: "administration",
      order: 5,
      roles: ["admin", "auditor"],
    },
  },
  component: SchedulesPage,
})
