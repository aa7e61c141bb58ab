import { Text } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { Dialog } from "@/components/dialog"
import { type Key, keysQuery, revokeKey } from "./keys"

interface RevokeKeyProps {
  revoked: Key
  onClose: () => void
}

/** Asks whether a key is to be revoked. */
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
      title={`Revoke ${key.label}?`}
      opened
      onClose={onClose}
      button="Revoke"
      onSubmit={() => revoked.mutate(key.key_id)}
      danger
      busy={revoked.isPending}
      error={revoked.error}
    >
      <Text size="sm">The program that uses it is refused from its next request.</Text>
    </Dialog>
  )
}
