import { msg } from "@lingui/core/macro"
import { createFileRoute } from "@tanstack/react-router"
import Users from "lucide-react/icons/users"
import { UsersPage } from "@/features/users/users-page"

export const Route = createFileRoute("/_app/users")({
  staticData: {
    page: {
      title: msg`Users`,
      icon: Users,
      section: "administration",
      order: 3,
      roles: ["admin", "auditor"],
    },
  },
  component: UsersPage,
})
