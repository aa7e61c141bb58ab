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
  const queryClient = useQueryClient()
  const confirmed = useMutation({
    mutationFn: () => confirm(agent.agent_id),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ["agents"] })
      onClose()
    },
  })
  return (
    <Dialog
      title={`Is ${agent.hostname} the machine of ${agent.username}?`}
      opened
      onClose={onClose}
      button="It is"
      onSubmit={() => confirmed.mutate()}
      busy={confirmed.isPending}
      error={confirmed.error}
    >
      <Text size="sm">
        Several machines bear this name, and an agent says itself whose it is. Once you confirm this
        one, whoever uses it can open all that is recorded of {agent.username}. If the machine is
        not theirs, somebody has used the name: revoke it.
      </Text>
    </Dialog>
  )
}
