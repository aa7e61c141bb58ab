import { msg } from "@lingui/core/macro"
import { createFileRoute } from "@tanstack/react-router"
import Ticket from "lucide-react/icons/ticket"
import { EnrollmentTokensPage } from "@/features/enrollment-tokens/enrollment-tokens-page"

export const Route = createFileRoute("/_app/tokens")({
  staticData: {
    page: {
      title: msg`Enrollment tokens`,
      icon: Ticket,
      section: "administration",
      order: 2,
      roles: ["admin", "auditor"],
    },
  },
  component: EnrollmentTokensPage,
})
