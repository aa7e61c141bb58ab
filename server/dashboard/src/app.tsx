import { i18n } from "@lingui/core"
import { I18nProvider } from "@lingui/react"
import { MantineProvider } from "@mantine/core"
import { QueryClientProvider } from "@tanstack/react-query"
import { RouterProvider } from "@tanstack/react-router"
import { styleNonce } from "@/lib/nonce"
import { resolveVariables, theme } from "@/lib/theme"
import type { DashboardRouter } from "@/router"

/** The dashboard at the current address of *router*. */
export function App({ router }: { router: DashboardRouter }) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolveVariables}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
    >
      <I18nProvider i18n={i18n}>
        <QueryClientProvider client={router.options.context.queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </I18nProvider>
    </MantineProvider>
  )
}
