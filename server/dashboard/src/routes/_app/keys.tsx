import { msg } from "@lingui/core/macro"
import { createFileRoute } from "@tanstack/react-router"
import KeyRound from "lucide-react/icons/key-round"
import { ApiKeysPage } from "@/features/api-keys/api-keys-page"

export const Route = createFileRoute("/_app/keys")({
  staticData: {
    page: {
      title: msg`API keys`,
      icon: KeyRound,
      section: "administration",
      order: 5,
      roles: ["admin", "auditor"],
    },
  },
  component: ApiKeysPage,
})
