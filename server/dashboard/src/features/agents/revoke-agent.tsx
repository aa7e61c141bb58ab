import { Text } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { Dialog } from "@/components/dialog"
import { type AgentRow, revoke } from "./agents"

interface RevokeAgentProps {
  agent: AgentRow
  onClose: () => void
}

/** Asks whether an agent is to be revoked. */
export function RevokeAgent({ agent, onClose }: RevokeAgentProps) {
  const queryClient = useQueryClient()
  const revoked = useMutation({
    mutationFn: () => revoke(agent.agent_id),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ["agents"] })
      onClose()
    },
  })
  return (
    <Dialog
      title={`Revoke ${agent.hostname}?`}
      opened
      onClose={onClose}
      button="Revoke"
      onSubmit={() => revoked.mutate()}
      danger
      busy={revoked.isPending}
      error={revoked.error}
    >
      <Text size="sm">
        The next request of {agent.username}’s agent there is refused. It keeps what it has, and
        enrols anew if the token in its configuration still allows that.
      </Text>
    </Dialog>
  )
}
