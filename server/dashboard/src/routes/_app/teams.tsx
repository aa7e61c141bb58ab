import { createFileRoute } from "@tanstack/react-router"
import UsersRound from "lucide-react/icons/users-round"
import { TeamsPage } from "@/features/teams/teams-page"

export const Route = createFileRoute("/_app/teams")({
  staticData: {
    page: {
      title: "Teams",
      icon: UsersRound,
      section: "Administration",
      order: 4,
      roles: ["admin", "auditor"],
    },
  },
  component: TeamsPage,
})
