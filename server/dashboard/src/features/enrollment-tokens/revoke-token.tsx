import { plural, t } from "@lingui/core/macro"
import { Switch, Text } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { Dialog } from "@/components/dialog"
import { revokeToken, type Token } from "./enrollment-tokens"

interface RevokeTokenProps {
  token: Token
  onClose: () => void
}

/** Asks for confirmation before a token is revoked, and whether to revoke its devices. */
export function RevokeToken({ token, onClose }: RevokeTokenProps) {
  const [withAgents, setWithAgents] = useState(false)
  const { agents } = token
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
      title={t`Revoke ${{ label: token.label }}?`}
      opened
      onClose={onClose}
      button={t`Revoke`}
      onSubmit={() => revoked.mutate({ token_id: token.token_id, with_agents: withAgents })}
      danger
      busy={revoked.isPending}
      error={revoked.error}
    >
      <Text size="sm">
        {t`No device can enroll with it anymore. Enrolled devices keep working: each has its own device token.`}
      </Text>
      <Switch
        label={plural(agents, {
          one: "Also revoke the # device that enrolled with it",
          other: "Also revoke the # devices that enrolled with it",
        })}
        description={t`Their next heartbeat is refused. They keep their data and can enroll again with another token.`}
        checked={withAgents}
        onChange={(event) => setWithAgents(event.currentTarget.checked)}
      />
    </Dialog>
  )
}
