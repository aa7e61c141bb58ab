import { MantineProvider } from "@mantine/core"
import { QueryClientProvider } from "@tanstack/react-query"
import { RouterProvider } from "@tanstack/react-router"
import { styleNonce } from "@/lib/nonce"
import { resolveVariables, theme } from "@/lib/theme"
import type { DashboardRouter } from "@/router"

/** The dashboard, at the address that *router* stands at. */
export function App({ router }: { router: DashboardRouter }) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolveVariables}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
    >
      <QueryClientProvider client={router.options.context.queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  )
}
