import { t } from "@lingui/core/macro"
import { Stack } from "@mantine/core"
import { Page } from "@/components/page"
import { useIsAdmin } from "@/lib/use-is-admin"
import { FeedsPanel } from "./feeds-panel"
import { HolidaysPanel } from "./holidays-panel"
import { HoursPanel } from "./hours-panel"

/** When people work: hours, public holidays, and where leave comes from. */
export function SchedulesPage() {
  const isAdmin = useIsAdmin()
  return (
    <Page
      title={t`Schedules`}
      lead={t`An employee's own schedule comes before the team's, and that before the company's.`}
    >
      <Stack>
        <HoursPanel mayChange={isAdmin} />
        <HolidaysPanel mayChange={isAdmin} />
        <FeedsPanel mayChange={isAdmin} />
      </Stack>
    </Page>
  )
}
