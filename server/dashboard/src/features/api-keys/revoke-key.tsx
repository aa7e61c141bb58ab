import { t } from "@lingui/core/macro"
import { Text } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { Dialog } from "@/components/dialog"
import { type Key, keysQuery, revokeKey } from "./api-keys"

interface RevokeKeyProps {
  revoked: Key
  onClose: () => void
}

/** Asks for confirmation before an API key is revoked. */
export function RevokeKey({ revoked: key, onClose }: RevokeKeyProps) {
  const queryClient = useQueryClient()
  const revoked = useMutation({
    mutationFn: revokeKey,
    onSuccess: async () => {
      await queryClient.invalidateQueries(keysQuery)
      onClose()
    },
  })
  return (
    <Dialog
      title={t`Revoke ${{ label: key.label }}?`}
      opened
      onClose={onClose}
      button={t`Revoke`}
      onSubmit={() => revoked.mutate(key.key_id)}
      danger
      busy={revoked.isPending}
      error={revoked.error}
    >
      <Text size="sm">{t`The program that uses it is refused from its next request.`}</Text>
    </Dialog>
  )
}
