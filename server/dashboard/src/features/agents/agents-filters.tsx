import { t } from "@lingui/core/macro"
import { Group, Select } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { FactFields } from "@/components/fact-fields"
import { SearchField } from "@/components/search-field"
import { stateName } from "@/lib/states"
import type { AgentFilter } from "./agents"
import { ChoiceField } from "./choice-field"
import { STATES, type Status, SYSTEMS, type Trouble } from "./filter-choices"
import { fleetQuery } from "./fleet"
import { OUTDATED, settingsChoices, systemWords, versionChoices } from "./fleet-words"
import { orderFrom, orderOf, orders } from "./orders"

interface AgentsFiltersProps {
  filter: AgentFilter
  onFilter: (filter: AgentFilter) => void
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

/** Which devices are listed, and in which order. */
export function AgentsFilters({ filter, onFilter }: AgentsFiltersProps) {
  const fleet = useQuery(fleetQuery).data
  const change = (changed: { [Key in keyof AgentFilter]?: AgentFilter[Key] | undefined }) =>
    onFilter(
      Object.fromEntries(
        Object.entries({ ...filter, ...changed }).filter(([, value]) => value !== undefined),
      ),
    )
  return (
    <Group gap="xs" mb="md">
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
      <ChoiceField
        label={t`Filter by operating system`}
        all={t`All systems`}
        choices={SYSTEMS.map((value) => ({ value, label: systemWords(value) }))}
        value={filter.system}
        onChange={(system) => change({ system })}
      />
      <ChoiceField
        label={t`Filter by version`}
        all={t`All versions`}
        choices={versionChoices(fleet)}
        value={filter.outdated ? OUTDATED : filter.version}
        onChange={(version) =>
          change(
            version === OUTDATED
              ? { outdated: true, version: undefined }
              : { outdated: undefined, version },
          )
        }
      />
      <ChoiceField
        label={t`Filter by state`}
        all={t`All states`}
        choices={STATES.map((value) => ({ value, label: stateName(value) }))}
        value={filter.state}
        onChange={(state) => change({ state })}
      />
      <ChoiceField
        label={t`Filter by settings`}
        all={t`All settings`}
        choices={settingsChoices(fleet)}
        value={filter.settings}
        onChange={(settings) => change({ settings })}
      />
      <FactFields filter={filter} accepts={() => true} onChange={change} />
      <Select
        aria-label={t`Sort by`}
        data={orders()}
        value={orderOf(filter)}
        allowDeselect={false}
        onChange={(chosen) => change(orderFrom(chosen))}
        w={210}
      />
    </Group>
  )
}
