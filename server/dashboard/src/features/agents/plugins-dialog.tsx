import { msg, t } from "@lingui/core/macro"
import { Code, Modal, Skeleton, Stack, Text } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { type Column, DataTable } from "@/components/data-table"
import { Failed } from "@/components/failed"
import { Moment } from "@/components/moment"
import { Tag } from "@/components/tag"
import { agoOf, shortOf } from "@/lib/times"
import { useFocusBack } from "@/lib/use-focus-back"
import { type AgentRow, type DevicePlugin, devicePluginsQuery } from "./agents"

// As many characters as `wfhagent status` shows.
const HASH_SHOWN = 8

interface PluginsDialogProps {
  agent: AgentRow
  onClose: () => void
}

/** The plugins of one device: where each is from, and whether it works. */
export function PluginsDialog({ agent, onClose }: PluginsDialogProps) {
  useFocusBack()
  return (
    <Modal
      opened
      onClose={onClose}
      title={t`Plugins of ${{ hostname: agent.hostname }}`}
      closeButtonProps={{ "aria-label": t`Close` }}
      size="xl"
      centered
    >
      <Plugins agentId={agent.agent_id} />
    </Modal>
  )
}

function Plugins({ agentId }: { agentId: number }) {
  const found = useQuery(devicePluginsQuery(agentId))
  if (found.isPending) return <Skeleton height={160} role="status" aria-label={t`Loading`} />
  if (found.isError) return <Failed error={found.error} retry={() => void found.refetch()} />
  const { plugins, last_seen } = found.data
  if (plugins.length === 0) {
    return <Text size="sm">{t`This device has not reported its plugins yet.`}</Text>
  }
  return (
    <Stack>
      {last_seen !== null && (
        <Text size="sm" c="dimmed">
          {t`As of the last heartbeat, ${{ ago: agoOf(last_seen, Date.now()) }}.`}
        </Text>
      )}
      <DataTable label={t`Plugins`} columns={COLUMNS} rows={plugins} keyOf={({ name }) => name} />
    </Stack>
  )
}

const COLUMNS: readonly Column<DevicePlugin>[] = [
  {
    title: msg`Plugin`,
    isName: true,
    cell: ({ name, kind }) => <Two first={name} second={kind && kindWords(kind)} />,
  },
  {
    title: msg`Version`,
    isText: true,
    cell: ({ version, origin }) => (
      <Two first={version === "" ? "—" : version} second={origin && originWords(origin)} />
    ),
  },
  {
    title: "SHA-256",
    cell: ({ sha256 }) =>
      sha256 === "" ? "—" : <Code title={sha256}>{sha256.slice(0, HASH_SHOWN)}</Code>,
  },
  { title: msg`State`, isText: true, width: "40%", cell: (plugin) => <State plugin={plugin} /> },
]

/** A value, and a less important one below it. */
function Two({ first, second }: { first: ReactNode; second: string | null }) {
  return (
    <>
      {first}
      {second !== null && (
        <Text size="xs" c="dimmed" fw={400}>
          {second}
        </Text>
      )}
    </>
  )
}

function State({ plugin }: { plugin: DevicePlugin }) {
  const { quarantined_since: since, quarantined_until: until, problem } = plugin
  return (
    <Stack gap={4} align="flex-start">
      {since !== null ? (
        <Tag tone="bad">{t`in quarantine`}</Tag>
      ) : problem !== "" ? (
        <Tag tone="bad">{plugin.kind === null ? t`not used` : t`failing`}</Tag>
      ) : (
        plugin.kind !== null && <Tag tone="good">{t`in use`}</Tag>
      )}
      {plugin.restart_pending && <Tag tone="waiting">{t`restart pending`}</Tag>}
      {problem !== "" && <Text size="sm">{problem}</Text>}
      {since !== null && (
        <Text size="xs" c="dimmed" component="div">
          {t`Since:`} <Moment at={since}>{shortOf(since)}</Moment>
        </Text>
      )}
      {until !== null && (
        <Text size="xs" c="dimmed" component="div">
          {t`Tried again:`} <Moment at={until}>{shortOf(until)}</Moment>
        </Text>
      )}
    </Stack>
  )
}

function kindWords(kind: string): string {
  if (kind === "transport") return t`transport`
  return kind === "calendar" ? t`calendar` : t`collector`
}

function originWords(origin: string): string {
  if (origin === "built-in") return t`part of the agent`
  return origin === "installed" ? t`installed` : t`drop-in`
}
