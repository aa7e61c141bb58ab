import { Switch, Text } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { Dialog } from "@/components/dialog"
import { revokeToken, type Token } from "./tokens"

interface RevokeTokenProps {
  token: Token
  onClose: () => void
}

/** Revokes a token, and with it the machines that came by it if wanted. */
export function RevokeToken({ token, onClose }: RevokeTokenProps) {
  const [withAgents, setWithAgents] = useState(false)
  const queryClient = useQueryClient()
  const revoked = useMutation({
    mutationFn: revokeToken,
    onSuccess: async () => {
      await queryClient.invalidateQueries()
      onClose()
    },
  })
  return (
    <Dialog
      title={`Revoke ${token.label}?`}
      opened
      onClose={onClose}
      button="Revoke"
      onSubmit={() => revoked.mutate({ token_id: token.token_id, with_agents: withAgents })}
      danger
      busy={revoked.isPending}
      error={revoked.error}
    >
      <Text size="sm">
        No device can enroll with it anymore. Enrolled devices keep working: each has its own token.
      </Text>
      <Switch
        label={`Also revoke the ${token.agents} devices that enrolled with it`}
        description="Their next heartbeat is refused. They keep their data and can enroll again with another token."
        checked={withAgents}
        onChange={(event) => setWithAgents(event.currentTarget.checked)}
      />
    </Dialog>
  )
}
