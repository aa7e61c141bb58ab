import { t } from "@lingui/core/macro"
import { Text } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { Dialog } from "@/components/dialog"
import { type AgentRow, confirm } from "./agents"

interface ConfirmAgentProps {
  agent: AgentRow
  onClose: () => void
}

/** Asks whether a device belongs to the employee whose name it reports. */
export function ConfirmAgent({ agent, onClose }: ConfirmAgentProps) {
  const { agent_id, hostname, username } = agent
  const id = `a${agent_id}`
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
      title={t`Does ${hostname} belong to ${username}?`}
      opened
      onClose={onClose}
      button={t`Confirm`}
      onSubmit={() => confirmed.mutate()}
      busy={confirmed.isPending}
      error={confirmed.error}
    >
      <Text size="sm">
        {t`Several devices report the name ${username}, and each agent reports its own. Once you confirm ${id}, its user can open all data about ${username}. If the device is not theirs, revoke it: someone else has used the name.`}
      </Text>
    </Dialog>
  )
}
