import { createFileRoute } from "@tanstack/react-router"
import KeyRound from "lucide-react/icons/key-round"
import { KeysPage } from "@/features/keys/keys-page"

export const Route = createFileRoute("/_app/keys")({
  staticData: {
    page: {
      title: "API keys",
      icon: KeyRound,
      section: "Administration",
      order: 5,
      roles: ["admin", "auditor"],
    },
  },
  component: KeysPage,
})
