import { msg } from "@lingui/core/macro"
import { createFileRoute } from "@tanstack/react-router"
import Hourglass from "lucide-react/icons/hourglass"
import { RetentionPage } from "@/features/retention/retention-page"

export const Route = createFileRoute("/_app/retention")({
  staticData: {
    page: {
      title: msg`Retention`,
      icon: Hourglass,
      section: "administration",
      order: 6,
      roles: ["admin"],
    },
  },
  component: RetentionPage,
})
