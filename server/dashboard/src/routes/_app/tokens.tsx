import { createFileRoute } from "@tanstack/react-router"
import Ticket from "lucide-react/icons/ticket"
import { TokensPage } from "@/features/tokens/tokens-page"

export const Route = createFileRoute("/_app/tokens")({
  staticData: {
    page: {
      title: "Enrolment tokens",
      icon: Ticket,
      section: "Administration",
      order: 2,
      roles: ["admin", "auditor"],
    },
  },
  component: TokensPage,
})
