import { t } from "@lingui/core/macro"
import { Group, Select, Stack } from "@mantine/core"
import { useState } from "react"
import { FactFields } from "@/components/fact-fields"
import { Page } from "@/components/page"
import { Panel } from "@/components/panel"
import { SearchField } from "@/components/search-field"
import { useIsAdmin } from "@/lib/use-is-admin"
import type { AgentFilter, Status } from "./agents"
import { AgentsTable } from "./agents-table"
import { BlockedPanel } from "./blocked-panel"
import { type AgentAction, DecideAgent } from "./decide-agent"
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

function Filters({ filter, onFilter }: AgentsPageProps) {
  const { search, which, where, fact } = filter
  const facts = { ...(where && { where }), ...(fact && { fact }) }
  return (
    <Group gap="xs">
      <SearchField
        label={t`Search by employee, device or ID such as a42`}
        value={search ?? ""}
        onSearch={(words) =>
          onFilter({
            ...facts,
            ...(which && { which }),
            ...(words === undefined ? {} : { search: words }),
          })
        }
      />
      <Select
        aria-label={t`Filter devices`}
        data={statuses()}
        value={which ?? "active"}
        allowDeselect={false}
        onChange={(chosen) =>
          onFilter({
            ...facts,
            ...(search && { search }),
            ...(chosen && { which: chosen as Status }),
          })
        }
        w={150}
      />
      <FactFields
        filter={filter}
        accepts={() => true}
        onChange={(change) =>
          onFilter(
            Object.fromEntries(
              Object.entries({ ...filter, ...change }).filter(([, value]) => value !== undefined),
            ),
          )
        }
      />
    </Group>
  )
}
