import { t } from "@lingui/core/macro"
import { Group, Select, Stack } from "@mantine/core"
import { useState } from "react"
import { FactFields } from "@/components/fact-fields"
import { Page } from "@/components/page"
import { Panel } from "@/components/panel"
import { SearchField } from "@/components/search-field"
import { useIsAdmin } from "@/lib/use-is-admin"
import type { AgentFilter } from "./agents"
import { AgentsTable } from "./agents-table"
import { BlockedPanel } from "./blocked-panel"
import { type AgentAction, DecideAgent } from "./decide-agent"
import type { Status, Trouble } from "./filter-choices"
import { WaitingPanel } from "./waiting-panel"

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
    >
      <Stack>
        <WaitingPanel search={filter.search} />
        <Panel title={t`All devices`} aside={<Filters filter={filter} onFilter={onFilter} />}>
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

const statuses = (): { value: Status; label: string }[] => [
  { value: "active", label: t`Active` },
  { value: "duplicate", label: t`Duplicates` },
  { value: "revoked", label: t`Revoked` },
  { value: "all", label: t`All` },
]

const ALL = "all"

const troubles = (): { value: Trouble | typeof ALL; label: string }[] => [
  { value: ALL, label: t`All plugins` },
  { value: "failing", label: t`A plugin fails` },
  { value: "quarantine", label: t`A plugin in quarantine` },
  { value: "restart_pending", label: t`Restart pending` },
]

function Filters({ filter, onFilter }: AgentsPageProps) {
  const change = (changed: { [Key in keyof AgentFilter]?: AgentFilter[Key] | undefined }) =>
    onFilter(
      Object.fromEntries(
        Object.entries({ ...filter, ...changed }).filter(([, value]) => value !== undefined),
      ),
    )
  return (
    <Group gap="xs">
      <SearchField
        label={t`Search by employee, device or ID such as a42`}
        value={filter.search ?? ""}
        onSearch={(search) => change({ search })}
      />
      <Select
        aria-label={t`Filter devices`}
        data={statuses()}
        value={filter.which ?? "active"}
        allowDeselect={false}
        onChange={(chosen) => change({ which: (chosen ?? undefined) as Status | undefined })}
        w={150}
      />
      <Select
        aria-label={t`Filter by plugins`}
        data={troubles()}
        value={filter.plugins ?? ALL}
        allowDeselect={false}
        onChange={(chosen) => change({ plugins: chosen === ALL ? undefined : (chosen as Trouble) })}
        w={210}
      />
      <FactFields filter={filter} accepts={() => true} onChange={change} />
    </Group>
  )
}
