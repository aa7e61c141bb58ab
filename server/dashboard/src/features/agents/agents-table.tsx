import { msg, plural, t } from "@lingui/core/macro"
import { Button, Group, List, Stack, Text } from "@mantine/core"
import { useInfiniteQuery } from "@tanstack/react-query"
import Laptop from "lucide-react/icons/laptop"
import { type ReactNode, useState } from "react"
import type { Column } from "@/components/data-table"
import { Message } from "@/components/message"
import { Moment } from "@/components/moment"
import { NoMatch } from "@/components/no-match"
import { PagedTable } from "@/components/paged-table"
import { StatePill } from "@/components/state-pill"
import { Tag } from "@/components/tag"
import { jsonWords } from "@/lib/json-words"
import { agoOf, shortOf } from "@/lib/times"
import { type AgentFilter, type AgentRow, agentsQuery } from "./agents"
import type { AgentAction } from "./decide-agent"
import { PluginsDialog } from "./plugins-dialog"

interface AgentsTableProps {
  filter: AgentFilter
  /** Called when a button of a row is clicked; null for users who may not change agents. */
  onAction: ((action: AgentAction) => void) | null
  onClear: () => void
}

/** All devices, page after page. */
export function AgentsTable({ filter, onAction, onClear }: AgentsTableProps) {
  const [open, setOpen] = useState<AgentRow | null>(null)
  const { sort: _sort, descending: _descending, ...filters } = filter
  const isFiltered = Object.values(filters).some((value) => value !== undefined)
  const found = useInfiniteQuery(agentsQuery(filter))
  return (
    <>
      <PagedTable
        label={t`Devices`}
        columns={[
          ...COLUMNS,
          plugins(setOpen),
          ATTENTION,
          ...(filter.fact ?? []).map(factColumn),
          ...(onAction === null ? [] : [actions(onAction)]),
        ]}
        found={found}
        keyOf={(agent) => agent.agent_id}
        more={t`Load more devices`}
        empty={
          isFiltered ? (
            <NoMatch title={t`No devices match these filters`} onClear={onClear} />
          ) : (
            <Message icon={Laptop} title={t`No devices yet`}>
              {t`A device appears here once its agent has enrolled.`}
            </Message>
          )
        }
      />
      {open !== null && <PluginsDialog agent={open} onClose={() => setOpen(null)} />}
    </>
  )
}

const COLUMNS: readonly Column<AgentRow>[] = [
  {
    title: msg`Device`,
    isName: true,
    width: "12rem",
    cell: ({ username, hostname, agent_id }) => (
      <>
        <Two first={username} second={hostname} />
        <Text size="xs" c="dimmed" fw={400}>
          {`a${agent_id}`}
        </Text>
      </>
    ),
  },
  { title: msg`State`, width: "8.5rem", cell: (agent) => <Status agent={agent} /> },
  { title: msg`Last seen`, width: "9.5rem", cell: (agent) => <LastSeen agent={agent} /> },
  {
    title: msg`Version`,
    isText: true,
    width: "11rem",
    cell: ({ agent_version, platform }) => <Two first={agent_version} second={platform} />,
  },
  {
    title: msg`Enrolled`,
    isText: true,
    width: "10rem",
    cell: ({ enrolled_at, enrolled_with }) => (
      <Two
        first={<Moment at={enrolled_at}>{shortOf(enrolled_at)}</Moment>}
        second={enrolled_with && t`with token ${enrolled_with}`}
      />
    ),
  },
]

const ATTENTION: Column<AgentRow> = {
  title: msg`Attention`,
  isText: true,
  cell: (agent) => <Attention agent={agent} />,
}

const plugins = (onOpen: (agent: AgentRow) => void): Column<AgentRow> => ({
  title: msg`Plugins`,
  width: "8.5rem",
  cell: (agent) => (
    <Stack gap={4} align="flex-start">
      <Button
        size="compact-sm"
        variant="default"
        aria-label={t`Show the plugins of ${{ hostname: agent.hostname }} of ${{ username: agent.username }}`}
        onClick={() => onOpen(agent)}
      >
        {t`Show`}
      </Button>
      {agent.health?.quarantine !== undefined && <Tag tone="bad">{t`quarantine`}</Tag>}
      {agent.health?.restart_pending !== undefined && (
        <Tag tone="waiting">{t`restart pending`}</Tag>
      )}
    </Stack>
  ),
})

const factColumn = (name: string): Column<AgentRow> => ({
  title: name,
  isText: true,
  cell: ({ facts }) => (name in facts ? jsonWords(facts[name]) : "—"),
})

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

function Status({ agent }: { agent: AgentRow }) {
  return agent.revoked_at === null ? (
    <StatePill state={agent.state} />
  ) : (
    <Tag tone="bad">{agent.blocked ? t`revoked and blocked` : t`revoked`}</Tag>
  )
}

function LastSeen({ agent: { last_seen: at, time_zone: zone } }: { agent: AgentRow }) {
  if (at === null) return t`never`
  return (
    <Moment at={at} zone={zone}>
      {agoOf(at, Date.now())}
    </Moment>
  )
}

function Attention({ agent }: { agent: AgentRow }) {
  const sentences = [...agent.attention, ...(agent.queued > 0 ? [queuedWords(agent.queued)] : [])]
  if (sentences.length === 0) return null
  return (
    <List size="sm" listStyleType="none" spacing={2}>
      {sentences.map((sentence) => (
        <List.Item key={sentence}>{sentence}</List.Item>
      ))}
    </List>
  )
}

function queuedWords(queued: number): string {
  return plural(queued, {
    one: "# entry on the device is not sent yet.",
    other: "# entries on the device are not sent yet.",
  })
}

function actions(onAction: (action: AgentAction) => void): Column<AgentRow> {
  return {
    title: null,
    align: "end",
    cell: (agent) =>
      agent.revoked_at === null && (
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          {!agent.certain && (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={t`Confirm ${{ hostname: agent.hostname }} of ${{ username: agent.username }}`}
              onClick={() => onAction({ agent, kind: "confirm" })}
            >
              {t`Confirm`}
            </Button>
          )}
          <Button
            size="compact-sm"
            variant="subtle"
            color="red"
            aria-label={t`Revoke ${{ hostname: agent.hostname }} of ${{ username: agent.username }}`}
            onClick={() => onAction({ agent, kind: "revoke" })}
          >
            {t`Revoke`}
          </Button>
        </Group>
      ),
  }
}
