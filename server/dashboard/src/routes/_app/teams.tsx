import { msg } from "@lingui/core/macro"
import { createFileRoute } from "@tanstack/react-router"
import UsersRound from "lucide-react/icons/users-round"
import { TeamsPage } from "@/features/teams/teams-page"

export const Route = createFileRoute("/_app/teams")({
  staticData: {
    page: {
      title: msg`Teams`,
      icon: UsersRound,
      section: "administration",
      order: 4,
      roles: ["admin", "auditor"],
    },
  },
  component: TeamsPage,
})
