import { Group, Select, Stack } from "@mantine/core"
import { useState } from "react"
import { Page } from "@/components/page"
import { Panel } from "@/components/panel"
import { SearchField } from "@/components/search-field"
import { useIsAdmin } from "@/lib/use-is-admin"
import { type AgentFilter, WHICH, type Which } from "./agents"
import { AgentsTable } from "./agents-table"
import { BlockedPanel } from "./blocked-panel"
import { type Asked, DecideAgent } from "./decide-agent"
import { WaitingPanel } from "./waiting-panel"

interface AgentsPageProps {
  filter: AgentFilter
  onFilter: (filter: AgentFilter) => void
}

/** Every machine with an agent, and those that would like to have one. */
export function AgentsPage({ filter, onFilter }: AgentsPageProps) {
  const isAdmin = useIsAdmin()
  const [asked, setAsked] = useState<Asked | null>(null)
  return (
    <Page
      title="Agents"
      lead="The agent on each device: its version and the problems that it reports."
    >
      <Stack>
        <WaitingPanel search={filter.search} />
        <Panel title="Devices" aside={<Filters filter={filter} onFilter={onFilter} />}>
          <AgentsTable
            filter={filter}
            onAsk={isAdmin ? setAsked : null}
            onClear={() => onFilter({})}
          />
        </Panel>
        <BlockedPanel />
      </Stack>
      {asked !== null && <DecideAgent asked={asked} onClose={() => setAsked(null)} />}
    </Page>
  )
}

function Filters({ filter, onFilter }: AgentsPageProps) {
  const { search, which } = filter
  return (
    <Group gap="xs">
      <SearchField
        label="Search by user, host or ID such as a42"
        value={search ?? ""}
        onSearch={(words) =>
          onFilter({ ...(which && { which }), ...(words === undefined ? {} : { search: words }) })
        }
      />
      <Select
        aria-label="Filter devices"
        data={WHICH}
        value={which ?? "active"}
        allowDeselect={false}
        onChange={(chosen) =>
          onFilter({ ...(search && { search }), ...(chosen && { which: chosen as Which }) })
        }
        w={150}
      />
    </Group>
  )
}
