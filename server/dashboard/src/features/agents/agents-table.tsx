import { Button, List, Skeleton, Text } from "@mantine/core"
import { useInfiniteQuery } from "@tanstack/react-query"
import Laptop from "lucide-react/icons/laptop"
import { type Column, DataTable } from "@/components/data-table"
import { Failed } from "@/components/failed"
import { Message } from "@/components/message"
import { Moment } from "@/components/moment"
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
  const found = useInfiniteQuery(agentsQuery(filter))
  if (found.isPending) return <Skeleton height={320} role="status" aria-label="Loading" />
  if (found.isError) return <Failed error={found.error} retry={() => void found.refetch()} />
  const rows = found.data.pages.flatMap((page) => page.rows)
  if (rows.length === 0) {
    return (
      <Message icon={Laptop} title="There is no such machine">
        A machine appears here when its agent has enrolled.
      </Message>
    )
  }
  const columns = onRevoke === null ? COLUMNS : [...COLUMNS, revoking(onRevoke)]
  return (
    <>
      <DataTable label="Agents" columns={columns} rows={rows} keyOf={(agent) => agent.agent_id} />
      {found.hasNextPage && (
        <Button
          variant="default"
          mt="md"
          loading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          More machines
        </Button>
      )}
    </>
  )
}

const COLUMNS: readonly Column<AgentRow>[] = [
  { title: "Employee", isName: true, cell: ({ username }) => username },
  { title: "Host", cell: ({ hostname }) => hostname },
  { title: "State", cell: (agent) => <Standing agent={agent} /> },
  { title: "Last seen", cell: ({ last_seen }) => <LastSeen at={last_seen} /> },
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

function LastSeen({ at }: { at: string | null }) {
  return at === null ? "never" : <Moment at={at}>{agoOf(at, Date.now())}</Moment>
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
