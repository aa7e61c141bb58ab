import type { QueryClient } from "@tanstack/react-query"
import { createRootRouteWithContext, Outlet } from "@tanstack/react-router"
import { Bare } from "@/components/bare"
import { MissingPage } from "@/components/missing-page"

export const Route = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Outlet,
  notFoundComponent: () => (
    <Bare>
      <MissingPage />
    </Bare>
  ),
})
