import { Button, Group, List, Text } from "@mantine/core"
import { useInfiniteQuery } from "@tanstack/react-query"
import Laptop from "lucide-react/icons/laptop"
import type { ReactNode } from "react"
import type { Column } from "@/components/data-table"
import { Message } from "@/components/message"
import { Moment } from "@/components/moment"
import { NoMatch } from "@/components/no-match"
import { PagedTable } from "@/components/paged-table"
import { StatePill } from "@/components/state-pill"
import { Tag } from "@/components/tag"
import { agoOf, shortOf } from "@/lib/times"
import { type AgentFilter, type AgentRow, agentsQuery } from "./agents"
import type { Asked } from "./decide-agent"

interface AgentsTableProps {
  filter: AgentFilter
  /** What to do when something is wanted; null for those who may not. */
  onAsk: ((asked: Asked) => void) | null
  onClear: () => void
}

/** The agents, page after page. */
export function AgentsTable({ filter, onAsk, onClear }: AgentsTableProps) {
  const isFiltered = Object.values(filter).some((value) => value !== undefined)
  return (
    <PagedTable
      label="Agents"
      columns={onAsk === null ? COLUMNS : [...COLUMNS, asking(onAsk)]}
      found={useInfiniteQuery(agentsQuery(filter))}
      keyOf={(agent) => agent.agent_id}
      more="Load more devices"
      empty={
        isFiltered ? (
          <NoMatch what="devices" onClear={onClear} />
        ) : (
          <Message icon={Laptop} title="No devices yet">
            A device appears here once its agent has enrolled.
          </Message>
        )
      }
    />
  )
}

const COLUMNS: readonly Column<AgentRow>[] = [
  {
    title: "Device",
    isName: true,
    width: "14rem",
    cell: ({ username, hostname, agent_id }) => (
      <>
        <Two first={username} second={hostname} />
        <Text size="xs" c="dimmed" fw={400}>
          {`a${agent_id}`}
        </Text>
      </>
    ),
  },
  { title: "State", width: "8.5rem", cell: (agent) => <Standing agent={agent} /> },
  { title: "Last seen", width: "9.5rem", cell: (agent) => <LastSeen agent={agent} /> },
  {
    title: "Version",
    isText: true,
    width: "13rem",
    cell: ({ agent_version, platform }) => <Two first={agent_version} second={platform} />,
  },
  {
    title: "Enrolled",
    isText: true,
    width: "11rem",
    cell: ({ enrolled_at, enrolled_with }) => (
      <Two
        first={<Moment at={enrolled_at}>{shortOf(enrolled_at)}</Moment>}
        second={enrolled_with && `with ${enrolled_with}`}
      />
    ),
  },
  { title: "Attention", isText: true, cell: (agent) => <Attention agent={agent} /> },
]

/** What matters, and under it what belongs to it. */
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

function Standing({ agent }: { agent: AgentRow }) {
  return agent.revoked_at === null ? (
    <StatePill state={agent.state} />
  ) : (
    <Tag tone="bad">{agent.blocked ? "revoked, blocked" : "revoked"}</Tag>
  )
}

function LastSeen({ agent: { last_seen: at, time_zone: zone } }: { agent: AgentRow }) {
  if (at === null) return "never"
  return (
    <Moment at={at} zone={zone}>
      {agoOf(at, Date.now())}
    </Moment>
  )
}

function Attention({ agent }: { agent: AgentRow }) {
  const sentences = [
    ...agent.attention,
    ...(agent.queued > 0 ? [`${agent.queued} entries on the device are not sent yet.`] : []),
  ]
  if (sentences.length === 0) return null
  return (
    <List size="sm" listStyleType="none" spacing={2}>
      {sentences.map((sentence) => (
        <List.Item key={sentence}>{sentence}</List.Item>
      ))}
    </List>
  )
}

function asking(onAsk: (asked: Asked) => void): Column<AgentRow> {
  return {
    title: "",
    align: "end",
    cell: (agent) =>
      agent.revoked_at === null && (
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          {!agent.certain && (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={`Confirm ${agent.hostname} of ${agent.username}`}
              onClick={() => onAsk({ agent, about: "confirm" })}
            >
              Confirm
            </Button>
          )}
          <Button
            size="compact-sm"
            variant="subtle"
            color="red"
            aria-label={`Revoke ${agent.hostname} of ${agent.username}`}
            onClick={() => onAsk({ agent, about: "revoke" })}
          >
            Revoke
          </Button>
        </Group>
      ),
  }
}
