import { msg, t } from "@lingui/core/macro"
import { Button } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { type Column, DataTable } from "@/components/data-table"
import { Failed } from "@/components/failed"
import { FormError } from "@/components/form-error"
import { Moment } from "@/components/moment"
import { Panel } from "@/components/panel"
import { actorOf } from "@/lib/actions"
import { shortOf } from "@/lib/times"
import { useIsAdmin } from "@/lib/use-is-admin"
import { BLOCKS, type Block, blocksQuery, unblock } from "./agents"

/** Blocked devices and employees, which can neither report nor enroll. Nothing when there are none. */
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
    <Panel title={t`Blocked`}>
      <FormError error={ended.error} />
      <DataTable
        label={t`Blocked devices and employees`}
        columns={isAdmin ? [...COLUMNS, unblocking(ended.mutate, ended.isPending)] : COLUMNS}
        rows={found.data}
        keyOf={({ block_id }) => block_id}
      />
    </Panel>
  )
}

const COLUMNS: readonly Column<Block>[] = [
  { title: msg`Employee`, isName: true, cell: nameOf },
  { title: msg`Device`, cell: ({ hostname }) => hostname ?? t`all devices` },
  {
    title: msg`Blocked`,
    cell: ({ blocked_at }) => <Moment at={blocked_at}>{shortOf(blocked_at)}</Moment>,
  },
  { title: msg`Blocked by`, cell: ({ blocked_by }) => actorOf(blocked_by) },
]

/** Return whom a block is against; of an erased employee it has the number, since no name is kept. */
function nameOf({ block_id, is_erased, username }: Block): string {
  const block = `b${block_id}`
  if (!is_erased) return username ?? block
  return username === null
    ? t`An erased employee (${block})`
    : t`${username}, name of an erased employee (${block})`
}

function unblockWords(block: Block): string {
  const { hostname } = block
  const name = nameOf(block)
  return hostname === null ? t`Unblock all devices of ${name}` : t`Unblock ${hostname} of ${name}`
}

function unblocking(end: (block: Block) => void, busy: boolean): Column<Block> {
  return {
    title: null,
    align: "end",
    cell: (block) => (
      <Button
        size="compact-sm"
        variant="default"
        disabled={busy}
        aria-label={unblockWords(block)}
        onClick={() => end(block)}
      >
        {t`Unblock`}
      </Button>
    ),
  }
}
