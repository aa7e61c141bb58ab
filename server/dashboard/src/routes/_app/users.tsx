import { createFileRoute } from "@tanstack/react-router"
import Users from "lucide-react/icons/users"
import { UsersPage } from "@/features/users/users-page"

export const Route = createFileRoute("/_app/users")({
  staticData: {
    page: {
      title: "Users",
      icon: Users,
      section: "Administration",
      order: 3,
      roles: ["admin", "auditor"],
    },
  },
  component: UsersPage,
})
