import { plural, t } from "@lingui/core/macro"
import { Code, Text, TextInput } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { Dialog } from "@/components/dialog"
import { agree, type SettingsGroup, withdraw } from "./fleet"

interface AgreeSettingsProps {
  group: SettingsGroup & { fingerprint: string }
  onClose: () => void
}

/** Marks settings as agreed on. */
export function AgreeSettings({ group, onClose }: AgreeSettingsProps) {
  const [label, setLabel] = useState("")
  const agreed = useChange(agree, onClose)
  return (
    <Dialog
      title={t`Mark these settings as agreed?`}
      opened
      onClose={onClose}
      button={t`Mark as agreed`}
      onSubmit={() => agreed.mutate({ fingerprint: group.fingerprint, label })}
      busy={agreed.isPending}
      error={agreed.error}
    >
      <Text size="sm">
        {plural(group.devices, { one: "# device has them.", other: "# devices have them." })}{" "}
        {t`Compare the fingerprint with what “wfhagent settings --hash” prints on a laptop that you have checked:`}
      </Text>
      <Code block style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
        {group.fingerprint}
      </Code>
      <TextInput
        label={t`Label`}
        description={t`Such as the works agreement and its date`}
        required
        data-autofocus
        maxLength={255}
        value={label}
        onChange={(event) => setLabel(event.currentTarget.value)}
      />
    </Dialog>
  )
}

/** Removes the mark. */
export function WithdrawSettings({ group, onClose }: AgreeSettingsProps) {
  const withdrawn = useChange(withdraw, onClose)
  return (
    <Dialog
      title={t`Remove the mark of ${{ label: group.agreement?.label ?? "" }}?`}
      opened
      onClose={onClose}
      button={t`Remove mark`}
      onSubmit={() => withdrawn.mutate(group.fingerprint)}
      danger
      busy={withdrawn.isPending}
      error={withdrawn.error}
    >
      <Text size="sm">{t`Devices with these settings are then listed as different from what was agreed.`}</Text>
    </Dialog>
  )
}

function useChange<Body>(change: (body: Body) => Promise<unknown>, onDone: () => void) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      await queryClient.invalidateQueries()
      onDone()
    },
  })
}
