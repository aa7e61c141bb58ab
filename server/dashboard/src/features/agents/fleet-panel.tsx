import { i18n, type MessageDescriptor } from "@lingui/core"
import { msg, plural, t } from "@lingui/core/macro"
import { Button, Group, Skeleton, Stack, Text } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { Failed } from "@/components/failed"
import { Panel } from "@/components/panel"
import { Tag } from "@/components/tag"
import { TwoColumns } from "@/components/two-columns"
import type { AgentFilter } from "./agents"
import { DeviceCount } from "./device-count"
import { type Fleet, fleetQuery, type VersionState } from "./fleet"
import { systemWords } from "./fleet-words"
import { SettingsPanel } from "./settings-panel"

interface FleetPanelProps {
  /** Shows the devices that these filters find. */
  onFilter: (filter: AgentFilter) => void
}

/** All devices counted: by version, by operating system, and by their settings. */
export function FleetPanel({ onFilter }: FleetPanelProps) {
  const found = useQuery(fleetQuery)
  if (found.isPending) return <Skeleton height={180} role="status" aria-label={t`Loading`} />
  if (found.isError) return <Failed error={found.error} retry={() => void found.refetch()} />
  if (found.data.devices === 0) return null
  return (
    <>
      <TwoColumns aside={<SystemsPanel fleet={found.data} onFilter={onFilter} />}>
        <VersionsPanel fleet={found.data} onFilter={onFilter} />
      </TwoColumns>
      <SettingsPanel fleet={found.data} onFilter={onFilter} />
    </>
  )
}

type PartProps = FleetPanelProps & { fleet: Fleet }

function VersionsPanel({ fleet, onFilter }: PartProps) {
  return (
    <Panel title={t`Versions`} aside={<Outdated fleet={fleet} onFilter={onFilter} />}>
      <Sums
        rows={fleet.versions.map(({ version, devices, state }) => ({
          name: version === "" ? t`not reported` : version,
          devices,
          mark: VERSION_TAGS[state],
          onShow: version === "" ? null : () => onFilter({ version }),
        }))}
      />
      <References fleet={fleet} />
    </Panel>
  )
}

function SystemsPanel({ fleet, onFilter }: PartProps) {
  return (
    <Panel title={t`Operating systems`}>
      <Sums
        rows={fleet.systems.map(({ system, devices }) => ({
          name: systemWords(system),
          devices,
          mark: null,
          onShow: () => onFilter({ system }),
        }))}
      />
    </Panel>
  )
}

const VERSION_TAGS: Record<
  VersionState,
  { tone: "bad" | "waiting"; text: MessageDescriptor } | null
> = {
  current: null,
  unknown: null,
  outdated: { tone: "waiting", text: msg`outdated` },
  too_old: { tone: "bad", text: msg`below the minimum` },
}

interface Sum {
  name: string
  devices: number
  mark: { tone: "bad" | "waiting"; text: MessageDescriptor } | null
  onShow: (() => void) | null
}

function Sums({ rows }: { rows: Sum[] }) {
  return (
    <Stack gap={4} component="ul" m={0} p={0} style={{ listStyle: "none" }}>
      {rows.map(({ name, devices, mark, onShow }) => (
        <Group key={name} component="li" justify="space-between" gap="xs" wrap="nowrap">
          <Group gap="xs">
            <Text size="sm">{name}</Text>
            {mark !== null && <Tag tone={mark.tone}>{i18n._(mark.text)}</Tag>}
          </Group>
          <DeviceCount devices={devices} of={name} onShow={onShow} />
        </Group>
      ))}
    </Stack>
  )
}

function Outdated({ fleet, onFilter }: PartProps) {
  const count = fleet.versions
    .filter(({ state }) => state === "outdated" || state === "too_old")
    .reduce((sum, { devices }) => sum + devices, 0)
  if (count === 0) return null
  return (
    <Button size="compact-sm" variant="default" onClick={() => onFilter({ outdated: true })}>
      {plural(count, { one: "Show # outdated device", other: "Show # outdated devices" })}
    </Button>
  )
}

/** What versions are compared with. */
function References({ fleet }: { fleet: Fleet }) {
  const { minimum_version: minimum, newest_version: newest } = fleet
  if (minimum === null && newest === null) {
    return (
      <Text size="sm" c="dimmed" mt="xs">
        {t`Nothing to compare with: no minimum version is set, and no release is offered for download.`}
      </Text>
    )
  }
  return (
    <Text size="sm" c="dimmed" mt="xs">
      {minimum !== null && t`Minimum: ${minimum}.`}{" "}
      {newest !== null && t`Newest release: ${newest}.`}
    </Text>
  )
}
