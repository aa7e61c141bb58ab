import { msg } from "@lingui/core/macro"
import { createFileRoute } from "@tanstack/react-router"
import MonitorDown from "lucide-react/icons/monitor-down"
import { AddDevicesPage } from "@/features/add-devices/add-devices-page"

export const Route = createFileRoute("/_app/add-devices")({
  staticData: {
    page: {
      title: msg`Add devices`,
      icon: MonitorDown,
      section: "administration",
      order: 1.5,
      roles: ["admin"],
    },
  },
  component: AddDevicesPage,
})
