import { t } from "@lingui/core/macro"
import { Radio, Stack, Text } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { Dialog } from "@/components/dialog"
import { type AgentRow, BLOCKS, type BlockScope, block, revoke } from "./agents"

interface RevokeAgentProps {
  agent: AgentRow
  onClose: () => void
}

/** Asks for confirmation before a device is revoked, and whether to block it. */
export function RevokeAgent({ agent, onClose }: RevokeAgentProps) {
  const { agent_id, hostname, username } = agent
  const [scope, setScope] = useState<BlockScope | "none">("none")
  const id = `a${agent_id}`
  const queryClient = useQueryClient()
  const revoked = useMutation({
    // The block comes first, so that the device cannot enroll in between.
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
      title={t`Revoke ${hostname}?`}
      opened
      onClose={onClose}
      button={t`Revoke`}
      onSubmit={() => revoked.mutate()}
      danger
      busy={revoked.isPending}
      error={revoked.error}
    >
      <Text size="sm">
        {t`The device token of ${id} stops working now. The device keeps what it recorded and sends nothing. With an enrollment token it can come back as a new device, unless you block it.`}
      </Text>
      <Radio.Group
        label={t`Can it enroll again?`}
        value={scope}
        onChange={(chosen) => setScope(chosen as BlockScope | "none")}
      >
        <Stack gap="xs" mt="xs">
          <Radio value="none" label={t`Yes, with an enrollment token`} />
          <Radio value="device" label={t`No, block ${hostname} of ${username}`} />
          <Radio value="employee" label={t`No, block all devices of ${username}`} />
        </Stack>
      </Radio.Group>
      <Text size="sm" c="dimmed">
        {t`A block stays until someone removes it on this page.`}
      </Text>
    </Dialog>
  )
}
