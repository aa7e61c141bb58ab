import { useQueryClient } from "@tanstack/react-query"
import { createFileRoute, useRouter } from "@tanstack/react-router"
import { type Session, sessionQuery } from "@/api/session"
import { SignInPage } from "@/features/session/sign-in-page"
import { safeTarget } from "@/lib/safe-target"
import { flag, text } from "@/lib/search"

export const Route = createFileRoute("/sign-in")({
  validateSearch: (search: Record<string, unknown>) => ({
    ...text(search, "next"),
    ...text(search, "refused"),
    ...flag(search, "ended"),
  }),
  component: SignInRoute,
})

function SignInRoute() {
  const { next, ended, refused } = Route.useSearch()
  const router = useRouter()
  const queryClient = useQueryClient()
  const enter = async (session: Session) => {
    queryClient.setQueryData(sessionQuery.queryKey, session)
    await router.navigate({ href: safeTarget(next), replace: true })
  }
  return (
    <SignInPage next={safeTarget(next)} ended={ended ?? false} refused={refused} onEnter={enter} />
  )
}
