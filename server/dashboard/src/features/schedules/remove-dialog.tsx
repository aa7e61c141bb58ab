import { t } from "@lingui/core/macro"
import { Text } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { reloadPlanning } from "@/api/planning"
import { Dialog } from "@/components/dialog"

/** What is deleted, and what follows. */
export interface Removal {
  title: string
  text: string
  remove: () => Promise<unknown>
}

/** Asks for confirmation before a schedule, a holiday or a calendar is deleted. */
export function RemoveDialog({ removal, onClose }: { removal: Removal; onClose: () => void }) {
  const queryClient = useQueryClient()
  const removed = useMutation({
    mutationFn: removal.remove,
    onSuccess: async () => {
      await reloadPlanning(queryClient)
      onClose()
    },
  })
  return (
    <Dialog
      title={removal.title}
      opened
      onClose={onClose}
      button={t`Delete`}
      danger
      onSubmit={() => removed.mutate()}
      busy={removed.isPending}
      error={removed.error}
    >
      <Text size="sm">{removal.text}</Text>
    </Dialog>
  )
}
