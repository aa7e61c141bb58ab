import { Button, List, Text } from "@mantine/core"
import { useInfiniteQuery } from "@tanstack/react-query"
import Laptop from "lucide-react/icons/laptop"
import type { Column } from "@/components/data-table"
import { Message } from "@/components/message"
import { Moment } from "@/components/moment"
import { PagedTable } from "@/components/paged-table"
import { StatePill } from "@/components/state-pill"
import { Tag } from "@/components/tag"
import { agoOf, shortOf } from "@/lib/times"
import { type AgentFilter, type AgentRow, agentsQuery } from "./agents"

interface AgentsTableProps {
  filter: AgentFilter
  /** What to do with one that is to be revoked; null for those who may not. */
  onRevoke: ((agent: AgentRow) => void) | null
}

/** The agents, page after page. */
export function AgentsTable({ filter, onRevoke }: AgentsTableProps) {
  return (
    <PagedTable
      label="Agents"
      columns={onRevoke === null ? COLUMNS : [...COLUMNS, revoking(onRevoke)]}
      found={useInfiniteQuery(agentsQuery(filter))}
      keyOf={(agent) => agent.agent_id}
      more="More machines"
      empty={
        <Message icon={Laptop} title="There is no such machine">
          A machine appears here when its agent has enrolled.
        </Message>
      }
    />
  )
}

const COLUMNS: readonly Column<AgentRow>[] = [
  { title: "Employee", isName: true, cell: ({ username }) => username },
  { title: "Host", cell: ({ hostname }) => hostname },
  { title: "State", cell: (agent) => <Standing agent={agent} /> },
  { title: "Last seen", cell: (agent) => <LastSeen agent={agent} /> },
  {
    title: "Version",
    cell: ({ agent_version, platform }) => (
      <>
        {agent_version}{" "}
        <Text span size="xs" c="dimmed">
          {platform}
        </Text>
      </>
    ),
  },
  {
    title: "Enrolled",
    cell: ({ enrolled_at, enrolled_with }) => (
      <>
        <Moment at={enrolled_at}>{shortOf(enrolled_at)}</Moment>{" "}
        {enrolled_with !== null && (
          <Text span size="xs" c="dimmed">
            with {enrolled_with}
          </Text>
        )}
      </>
    ),
  },
  { title: "Attention", cell: (agent) => <Attention agent={agent} /> },
]

function Standing({ agent }: { agent: AgentRow }) {
  return agent.revoked_at === null ? (
    <StatePill state={agent.state} />
  ) : (
    <Tag tone="bad">revoked</Tag>
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
    ...(agent.queued > 0 ? [`${agent.queued} entries wait on the machine.`] : []),
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

function revoking(onRevoke: (agent: AgentRow) => void): Column<AgentRow> {
  return {
    title: "",
    align: "end",
    cell: (agent) =>
      agent.revoked_at === null && (
        <Button
          size="compact-sm"
          variant="subtle"
          color="red"
          aria-label={`Revoke ${agent.hostname} of ${agent.username}`}
          onClick={() => onRevoke(agent)}
        >
          Revoke
        </Button>
      ),
  }
}
