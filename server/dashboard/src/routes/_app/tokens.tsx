import { createFileRoute } from "@tanstack/react-router"
import Ticket from "lucide-react/icons/ticket"
import { TokensPage } from "@/features/tokens/tokens-page"

export const Route = createFileRoute("/_app/tokens")({
  staticData: {
    page: {
      title: "Enrollment tokens",
      icon: Ticket,
      section: "Administration",
      order: 2,
      roles: ["admin", "auditor"],
    },
  },
  component: TokensPage,
})
