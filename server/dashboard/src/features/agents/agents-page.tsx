import { t } from "@lingui/core/macro"
import { Skeleton, Stack } from "@mantine/core"
import { lazy, Suspense, useState } from "react"
import { Page } from "@/components/page"
import { Panel } from "@/components/panel"
import { TextLink } from "@/components/text-link"
import { useIsAdmin } from "@/lib/use-is-admin"
import type { AgentFilter } from "./agents"
import { AgentsFilters } from "./agents-filters"
import { AgentsTable } from "./agents-table"
import { BlockedPanel } from "./blocked-panel"
import { type AgentAction, DecideAgent } from "./decide-agent"
import { WaitingPanel } from "./waiting-panel"

const FleetPanel = lazy(() =>
  import("./fleet-panel").then((part) => ({ default: part.FleetPanel })),
)

interface AgentsPageProps {
  filter: AgentFilter
  onFilter: (filter: AgentFilter) => void
}

/** Every device with an agent, and those that wait for approval. */
export function AgentsPage({ filter, onFilter }: AgentsPageProps) {
  const isAdmin = useIsAdmin()
  const [action, setAction] = useState<AgentAction | null>(null)
  return (
    <Page
      title={t`Devices`}
      lead={t`Every device with an agent: its version, and the problems that it reports.`}
      actions={isAdmin && <TextLink to="/add-devices">{t`Add devices`}</TextLink>}
    >
      <Stack>
        <WaitingPanel search={filter.search} />
        <Suspense fallback={<Skeleton height={180} />}>
          <FleetPanel onFilter={onFilter} />
        </Suspense>
        <Panel title={t`All devices`}>
          <AgentsFilters filter={filter} onFilter={onFilter} />
          <AgentsTable
            filter={filter}
            onAction={isAdmin ? setAction : null}
            onClear={() => onFilter({})}
          />
        </Panel>
        <BlockedPanel />
      </Stack>
      {action !== null && <DecideAgent action={action} onClose={() => setAction(null)} />}
    </Page>
  )
}
