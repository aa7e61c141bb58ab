import { useSuspenseQuery } from "@tanstack/react-query"
import { createFileRoute, Outlet, redirect, useMatches, useRouter } from "@tanstack/react-router"
import { isSignedOut } from "@/api/errors"
import { sessionQuery } from "@/api/session"
import { siteQuery } from "@/api/site"
import { BlankLayout } from "@/components/blank-layout"
import { FailedPage } from "@/components/failed-page"
import { NotAllowed } from "@/components/not-allowed"
import { pagesOf } from "@/features/shell/pages"
import { Shell } from "@/features/shell/shell"

export const Route = createFileRoute("/_app")({
  beforeLoad: async ({ context, location }) => {
    try {
      const session = context.queryClient.ensureQueryData(sessionQuery)
      void context.queryClient.prefetchQuery(siteQuery)
      await session
    } catch (error) {
      if (!isSignedOut(error)) throw error
      throw redirect({ to: "/sign-in", search: { next: location.href }, replace: true })
    }
  },
  // Until the session is known, the skeleton in index.html is shown.
  pendingMs: Number.POSITIVE_INFINITY,
  component: SignedIn,
  errorComponent: (failure) => (
    <BlankLayout>
      <FailedPage {...failure} order={1} />
    </BlankLayout>
  ),
})

function SignedIn() {
  const { data: session } = useSuspenseQuery(sessionQuery)
  const router = useRouter()
  const roles = useMatches({
    select: (matches) => matches.at(-1)?.staticData.page?.roles,
  })
  const allowed = roles === undefined || roles.includes(session.role)
  return (
    <Shell session={session} pages={pagesOf(Object.values(router.routesById), session.role)}>
      {allowed ? <Outlet /> : <NotAllowed roles={roles} />}
    </Shell>
  )
}
