import { t } from "@lingui/core/macro"
import { NumberInput, Switch, TextInput } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { Dialog } from "@/components/dialog"
import { createToken, tokensQuery } from "./enrollment-tokens"

interface CreateTokenProps {
  onClose: () => void
  onCreated: (token: string) => void
}

const DAYS = 14

/** A dialog that creates a token, with limits by default. */
export function CreateToken({ onClose, onCreated }: CreateTokenProps) {
  const [label, setLabel] = useState("")
  const [days, setDays] = useState<number | string>(DAYS)
  const [uses, setUses] = useState<number | string>("")
  const [needsApproval, setNeedsApproval] = useState(false)
  const queryClient = useQueryClient()
  const created = useMutation({
    mutationFn: createToken,
    onSuccess: ({ token }) => {
      // First, since it is shown only once, and reloading the list may fail.
      onCreated(token)
      void queryClient.invalidateQueries(tokensQuery)
    },
  })
  const submit = () =>
    created.mutate({
      label,
      expires_days: days === "" ? null : Number(days),
      use_limit: uses === "" ? null : Number(uses),
      needs_approval: needsApproval,
    })
  return (
    <Dialog
      title={t`Create enrollment token`}
      opened
      onClose={onClose}
      button={t`Create`}
      onSubmit={submit}
      busy={created.isPending}
      error={created.error}
    >
      <TextInput
        label={t`Label`}
        description={t`What it is for, such as Vienna office`}
        required
        data-autofocus
        value={label}
        onChange={(event) => setLabel(event.currentTarget.value)}
      />
      <NumberInput
        label={t`Expires after (days)`}
        description={t`Leave empty for never`}
        min={1}
        max={36500}
        allowDecimal={false}
        value={days}
        onChange={setDays}
      />
      <NumberInput
        label={t`Device limit`}
        description={t`Leave empty for no limit`}
        min={1}
        max={2147483647}
        allowDecimal={false}
        value={uses}
        onChange={setUses}
      />
      <Switch
        label={t`Require approval of each device`}
        checked={needsApproval}
        onChange={(event) => setNeedsApproval(event.currentTarget.checked)}
      />
    </Dialog>
  )
}
