import { createFileRoute, useLocation } from "@tanstack/react-router"
import { SetPasswordPage } from "@/features/set-password/set-password-page"

export const Route = createFileRoute("/set-password")({ component: SetPasswordRoute })

function SetPasswordRoute() {
  const token = useLocation({ select: (location) => location.hash })
  return <SetPasswordPage key={token} token={token} />
}
