import { Button, Group, Text } from "@mantine/core"
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query"
import type { Column } from "@/components/data-table"
import { Failed } from "@/components/failed"
import { Moment } from "@/components/moment"
import { PagedTable } from "@/components/paged-table"
import { Panel } from "@/components/panel"
import { Said } from "@/components/said"
import { Tag } from "@/components/tag"
import { shortOf } from "@/lib/times"
import { useIsAdmin } from "@/lib/use-is-admin"
import { approve, reject, WAITING, type Waiting, waitingQuery } from "./agents"

interface WaitingPanelProps {
  /** Words that the name or the host holds; undefined for all. */
  search: string | undefined
}

/** The devices that wait for approval, page after page; nothing where none does. */
export function WaitingPanel({ search }: WaitingPanelProps) {
  const found = useInfiniteQuery(waitingQuery(search))
  const isAdmin = useIsAdmin()
  const decision = useDecision()
  if (found.isError) return <Failed error={found.error} retry={() => void found.refetch()} />
  const waiting = found.data?.pages.at(-1)?.waiting ?? 0
  if (waiting === 0) return null
  const columns = isAdmin ? [...COLUMNS, deciding(decision.mutate, decision.isPending)] : COLUMNS
  return (
    <Panel title="Waiting for approval" aside={<Tag tone="waiting">{waiting}</Tag>}>
      <Said error={decision.error} />
      <PagedTable
        label="Devices waiting for approval"
        columns={columns}
        found={found}
        // The number is for administrators only.
        keyOf={(machine) => machine.agent_uuid ?? `${machine.requested_at} ${machine.hostname}`}
        more="Load more devices"
        empty={
          <Text size="sm" c="dimmed">
            None of the {waiting} devices that wait matches this search.
          </Text>
        }
      />
    </Panel>
  )
}

type Decision = { machine: Waiting; is: "approved" | "rejected" }

function useDecision() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ machine, is }: Decision) =>
      (is === "approved" ? approve : reject)(machine.agent_uuid ?? ""),
    onSettled: () => queryClient.invalidateQueries({ queryKey: WAITING }),
  })
}

const COLUMNS: readonly Column<Waiting>[] = [
  { title: "Employee", isName: true, cell: ({ username }) => username },
  { title: "Host", isText: true, cell: ({ hostname }) => hostname },
  { title: "System", isText: true, cell: ({ platform }) => platform },
  {
    title: "Requested",
    cell: ({ requested_at }) => <Moment at={requested_at}>{shortOf(requested_at)}</Moment>,
  },
]

function deciding(decide: (decision: Decision) => void, busy: boolean): Column<Waiting> {
  return {
    title: "",
    align: "end",
    cell: (machine) =>
      machine.approved_at !== null ? (
        <Tag tone="good">approved; it enrolls on its next try</Tag>
      ) : (
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          <Button
            size="compact-sm"
            disabled={busy}
            aria-label={`Approve ${machine.hostname}`}
            onClick={() => decide({ machine, is: "approved" })}
          >
            Approve
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            disabled={busy}
            aria-label={`Reject ${machine.hostname}`}
            onClick={() => decide({ machine, is: "rejected" })}
          >
            Reject
          </Button>
        </Group>
      ),
  }
}
