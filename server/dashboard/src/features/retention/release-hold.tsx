import { Text } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { Dialog } from "@/components/dialog"
import { type Hold, releaseHold, retentionQuery } from "./retention"

interface ReleaseHoldProps {
  hold: Hold
  onClose: () => void
}

/** Asks whether a hold is to end. */
export function ReleaseHold({ hold, onClose }: ReleaseHoldProps) {
  const queryClient = useQueryClient()
  const released = useMutation({
    mutationFn: releaseHold,
    onSuccess: async () => {
      await queryClient.invalidateQueries(retentionQuery)
      onClose()
    },
  })
  return (
    <Dialog
      title={`End the legal hold on ${hold.username}?`}
      opened
      onClose={onClose}
      button="End the hold"
      onSubmit={() => released.mutate(hold.employee_id)}
      danger
      busy={released.isPending}
      error={released.error}
    >
      <Text size="sm">
        Data older than the retention period is deleted within the hour. This cannot be undone.
      </Text>
    </Dialog>
  )
}
