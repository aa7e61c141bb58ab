import { msg, plural, t } from "@lingui/core/macro"
import { Button, Group, Text } from "@mantine/core"
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query"
import type { Column } from "@/components/data-table"
import { Failed } from "@/components/failed"
import { FormError } from "@/components/form-error"
import { Moment } from "@/components/moment"
import { PagedTable } from "@/components/paged-table"
import { Panel } from "@/components/panel"
import { Tag } from "@/components/tag"
import { shortOf } from "@/lib/times"
import { useIsAdmin } from "@/lib/use-is-admin"
import { approve, reject, WAITING, type Waiting, waitingQuery } from "./agents"

interface WaitingPanelProps {
  /** Words to search for in employee and device; undefined for all. */
  search: string | undefined
}

/** The devices that wait for approval. Nothing when there are none. */
export function WaitingPanel({ search }: WaitingPanelProps) {
  const found = useInfiniteQuery(waitingQuery(search))
  const isAdmin = useIsAdmin()
  const decision = useDecision()
  if (found.isError) return <Failed error={found.error} retry={() => void found.refetch()} />
  const waiting = found.data?.pages.at(-1)?.waiting ?? 0
  if (waiting === 0) return null
  const columns = isAdmin ? [...COLUMNS, deciding(decision.mutate, decision.isPending)] : COLUMNS
  return (
    <Panel title={t`Waiting for approval`} aside={<Tag tone="waiting">{waiting}</Tag>}>
      <FormError error={decision.error} />
      <PagedTable
        label={t`Devices waiting for approval`}
        columns={columns}
        found={found}
        // Only administrators receive the ID.
        keyOf={(machine) => machine.agent_uuid ?? `${machine.requested_at} ${machine.hostname}`}
        more={t`Load more devices`}
        empty={
          <Text size="sm" c="dimmed">
            {plural(waiting, {
              one: "# device waits for approval, but does not match this search.",
              other: "# devices wait for approval, but none matches this search.",
            })}
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
  { title: msg`Employee`, isName: true, cell: ({ username }) => username },
  { title: msg`Device`, isText: true, cell: ({ hostname }) => hostname },
  { title: msg`Operating system`, isText: true, cell: ({ platform }) => platform },
  {
    title: msg`Requested`,
    cell: ({ requested_at }) => <Moment at={requested_at}>{shortOf(requested_at)}</Moment>,
  },
]

function deciding(decide: (decision: Decision) => void, busy: boolean): Column<Waiting> {
  return {
    title: null,
    align: "end",
    cell: (machine) =>
      machine.approved_at !== null ? (
        <Tag tone="good">{t`approved, enrolls at its next attempt`}</Tag>
      ) : (
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          <Button
            size="compact-sm"
            disabled={busy}
            aria-label={t`Approve ${{ hostname: machine.hostname }}`}
            onClick={() => decide({ machine, is: "approved" })}
          >
            {t`Approve`}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            disabled={busy}
            aria-label={t`Reject ${{ hostname: machine.hostname }}`}
            onClick={() => decide({ machine, is: "rejected" })}
          >
            {t`Reject`}
          </Button>
        </Group>
      ),
  }
}
