import { Radio, Stack, Text } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { Dialog } from "@/components/dialog"
import { type AgentRow, BLOCKS, type BlockScope, block, revoke } from "./agents"

interface RevokeAgentProps {
  agent: AgentRow
  onClose: () => void
}

/** Asks whether an agent is revoked, and whether it may come back as a new one. */
export function RevokeAgent({ agent, onClose }: RevokeAgentProps) {
  const { agent_id, hostname, username } = agent
  const [scope, setScope] = useState<BlockScope | "none">("none")
  const queryClient = useQueryClient()
  const revoked = useMutation({
    // The block first: nothing can come in between.
    mutationFn: async () => {
      if (scope !== "none") await block(agent_id, scope)
      await revoke(agent_id)
    },
    onSuccess: onClose,
    onSettled: async () => {
      await queryClient.invalidateQueries({ queryKey: BLOCKS })
      await queryClient.invalidateQueries({ queryKey: ["agents"] })
    },
  })
  return (
    <Dialog
      title={`Revoke ${hostname}?`}
      opened
      onClose={onClose}
      button="Revoke"
      onSubmit={() => revoked.mutate()}
      danger
      busy={revoked.isPending}
      error={revoked.error}
    >
      <Text size="sm">
        The token of {`a${agent_id}`} ends now. The device keeps what it recorded and sends nothing.
        With an enrollment token it can come back as a new device, unless you block it.
      </Text>
      <Radio.Group
        label="Can it enroll again?"
        value={scope}
        onChange={(chosen) => setScope(chosen as BlockScope | "none")}
      >
        <Stack gap="xs" mt="xs">
          <Radio value="none" label="Yes, with an enrollment token" />
          <Radio value="device" label={`No, block ${hostname} of ${username}`} />
          <Radio value="employee" label={`No, block all devices of ${username}`} />
        </Stack>
      </Radio.Group>
      <Text size="sm" c="dimmed">
        A block stays until someone removes it on this page.
      </Text>
    </Dialog>
  )
}
