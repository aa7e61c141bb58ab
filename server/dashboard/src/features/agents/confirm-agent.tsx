import { Text } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { Dialog } from "@/components/dialog"
import { type AgentRow, confirm } from "./agents"

interface ConfirmAgentProps {
  agent: AgentRow
  onClose: () => void
}

/** Asks whether an agent is the user's whose name it bears. */
export function ConfirmAgent({ agent, onClose }: ConfirmAgentProps) {
  const { agent_id, hostname, username } = agent
  const queryClient = useQueryClient()
  const confirmed = useMutation({
    mutationFn: () => confirm(agent_id),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ["agents"] })
      onClose()
    },
  })
  return (
    <Dialog
      title={`Does ${hostname} belong to ${username}?`}
      opened
      onClose={onClose}
      button="Confirm"
      onSubmit={() => confirmed.mutate()}
      busy={confirmed.isPending}
      error={confirmed.error}
    >
      <Text size="sm">
        Several devices bear this name, and an agent says itself whose it is. Once you confirm{" "}
        {`a${agent_id}`}, whoever uses it can open everything that is recorded of {username}. If the
        device is not theirs, somebody has used the name: revoke it.
      </Text>
    </Dialog>
  )
}
