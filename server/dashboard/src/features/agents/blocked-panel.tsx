import { Button } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { type Column, DataTable } from "@/components/data-table"
import { Failed } from "@/components/failed"
import { Moment } from "@/components/moment"
import { Panel } from "@/components/panel"
import { Said } from "@/components/said"
import { actorOf } from "@/lib/actions"
import { shortOf } from "@/lib/times"
import { useIsAdmin } from "@/lib/use-is-admin"
import { BLOCKS, type Block, blocksQuery, unblock } from "./agents"

/** The devices and employees that may neither report nor enroll; nothing where none is blocked. */
export function BlockedPanel() {
  const found = useQuery(blocksQuery)
  const isAdmin = useIsAdmin()
  const queryClient = useQueryClient()
  const ended = useMutation({
    mutationFn: ({ block_id }: Block) => unblock(block_id),
    onSettled: async () => {
      await queryClient.invalidateQueries({ queryKey: BLOCKS })
      await queryClient.invalidateQueries({ queryKey: ["agents"] })
    },
  })
  if (found.isError) return <Failed error={found.error} retry={() => void found.refetch()} />
  if (found.data === undefined || found.data.length === 0) return null
  return (
    <Panel title="Blocked">
      <Said error={ended.error} />
      <DataTable
        label="Blocked devices and employees"
        columns={isAdmin ? [...COLUMNS, unblocking(ended.mutate, ended.isPending)] : COLUMNS}
        rows={found.data}
        keyOf={({ block_id }) => block_id}
      />
    </Panel>
  )
}

const COLUMNS: readonly Column<Block>[] = [
  { title: "Employee", isName: true, cell: ({ username }) => username },
  { title: "Device", cell: ({ hostname }) => hostname ?? "all devices" },
  {
    title: "Blocked",
    cell: ({ blocked_at }) => <Moment at={blocked_at}>{shortOf(blocked_at)}</Moment>,
  },
  { title: "By", cell: ({ blocked_by }) => actorOf(blocked_by) },
]

function unblocking(end: (block: Block) => void, busy: boolean): Column<Block> {
  return {
    title: "",
    align: "end",
    cell: (block) => (
      <Button
        size="compact-sm"
        variant="default"
        disabled={busy}
        aria-label={`Unblock ${block.hostname ?? "all devices"} of ${block.username}`}
        onClick={() => end(block)}
      >
        Unblock
      </Button>
    ),
  }
}
