import type { QueryClient } from "@tanstack/react-query"
import { createRootRouteWithContext, Outlet } from "@tanstack/react-router"
import { BlankLayout } from "@/components/blank-layout"
import { MissingPage } from "@/components/missing-page"

export const Route = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Outlet,
  notFoundComponent: () => (
    <BlankLayout>
      <MissingPage />
    </BlankLayout>
  ),
})
