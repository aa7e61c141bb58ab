import { useQueryClient } from "@tanstack/react-query"
import { createFileRoute, useRouter } from "@tanstack/react-router"
import { type Session, sessionQuery } from "@/api/session"
import { SetupPage } from "@/features/setup/setup-page"

export const Route = createFileRoute("/setup")({ component: SetupRoute })

function SetupRoute() {
  const router = useRouter()
  const queryClient = useQueryClient()
  const enter = async (session: Session) => {
    queryClient.setQueryData(sessionQuery.queryKey, session)
    await router.navigate({ to: "/getting-started", replace: true })
  }
  return <SetupPage onEnter={enter} />
}
