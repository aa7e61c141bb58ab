import { t } from "@lingui/core/macro"
import { Text } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { Dialog } from "@/components/dialog"
import { type Hold, releaseHold, retentionQuery } from "./retention"

interface ReleaseHoldProps {
  hold: Hold
  onClose: () => void
}

/** Asks for confirmation before a legal hold ends. */
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
      title={t`End the legal hold on ${{ username: hold.username }}?`}
      opened
      onClose={onClose}
      button={t`End hold`}
      onSubmit={() => released.mutate(hold.employee_id)}
      danger
      busy={released.isPending}
      error={released.error}
    >
      <Text size="sm">
        {t`Data older than the retention period is deleted within the hour. This cannot be undone.`}
      </Text>
    </Dialog>
  )
}
