import { t } from "@lingui/core/macro"
import { Text } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { Dialog } from "@/components/dialog"
import { type Channel, channelsQuery, deleteChannel, messagesQuery } from "./alerts"

/** Asks for confirmation before a channel is deleted. */
export function DeleteChannel({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const queryClient = useQueryClient()
  const deleted = useMutation({
    mutationFn: deleteChannel,
    onSuccess: async () => {
      await queryClient.invalidateQueries(channelsQuery)
      await queryClient.invalidateQueries(messagesQuery)
      onClose()
    },
  })
  return (
    <Dialog
      title={t`Delete ${{ name: channel.name }}?`}
      opened
      onClose={onClose}
      button={t`Delete channel`}
      onSubmit={() => deleted.mutate(channel.channel_id)}
      danger
      busy={deleted.isPending}
      error={deleted.error}
    >
      <Text size="sm">{t`Messages that wait for it are not sent, and its list of messages is deleted.`}</Text>
    </Dialog>
  )
}
