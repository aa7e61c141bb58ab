/** The router and its query client. The URL is the state of every page. */
import { QueryCache, QueryClient } from "@tanstack/react-query"
import { createRouter, type RouterHistory } from "@tanstack/react-router"
import { isSignedOut, mayPass } from "@/api/errors"
import { sessionQuery } from "@/api/session"
import { FailedPage } from "@/components/failed-page"
import { LoadingPage } from "@/components/loading-page"
import { MissingPage } from "@/components/missing-page"
import { routeTree } from "@/routeTree.gen"

const RETRIES = 2

export function createDashboardRouter(history?: RouterHistory) {
  const queryClient: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (isSignedOut(error) && query.queryKey[0] !== sessionQuery.queryKey[0]) signInAgain()
      },
    }),
    defaultOptions: {
      // "online" would wait for a network: a failed change would be sent later, and a list would stay empty.
      queries: {
        networkMode: "always",
        refetchOnReconnect: true,
        staleTime: 10_000,
        retry: (count, error) => mayPass(error) && count < RETRIES,
      },
      mutations: {
        networkMode: "always",
        onError: (error) => {
          if (isSignedOut(error)) signInAgain()
        },
      },
    },
  })
  const router = createRouter({
    routeTree,
    context: { queryClient },
    ...(history === undefined ? {} : { history }),
    // Unknown keys of a URL are dropped.
    search: { strict: true },
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    defaultPendingComponent: LoadingPage,
    defaultErrorComponent: FailedPage,
    defaultNotFoundComponent: MissingPage,
  })

  function signInAgain() {
    const { href, pathname } = router.state.location
    if (pathname === "/sign-in") return
    queryClient.clear()
    void router.navigate({ to: "/sign-in", search: { next: href, ended: true }, replace: true })
  }

  return router
}

export type DashboardRouter = ReturnType<typeof createDashboardRouter>

declare module "@tanstack/react-router" {
  interface Register {
    router: DashboardRouter
  }
}
