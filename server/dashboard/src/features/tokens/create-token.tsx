import { NumberInput, Switch, TextInput } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { Dialog } from "@/components/dialog"
import { createToken, tokensQuery } from "./tokens"

interface CreateTokenProps {
  onClose: () => void
  onCreated: (token: string) => void
}

const DAYS = 14

/** Creates a token, with limits unless somebody clears them. */
export function CreateToken({ onClose, onCreated }: CreateTokenProps) {
  const [label, setLabel] = useState("")
  const [days, setDays] = useState<number | string>(DAYS)
  const [uses, setUses] = useState<number | string>("")
  const [needsApproval, setNeedsApproval] = useState(false)
  const queryClient = useQueryClient()
  const created = useMutation({
    mutationFn: createToken,
    onSuccess: ({ token }) => {
      // First, as it is shown once, and the list may not come.
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
      title="Create enrollment token"
      opened
      onClose={onClose}
      button="Create"
      onSubmit={submit}
      busy={created.isPending}
      error={created.error}
    >
      <TextInput
        label="Label"
        description="What it is for, such as Vienna office"
        required
        data-autofocus
        value={label}
        onChange={(event) => setLabel(event.currentTarget.value)}
      />
      <NumberInput
        label="Expires after (days)"
        description="Leave empty for never"
        min={1}
        max={36500}
        allowDecimal={false}
        value={days}
        onChange={setDays}
      />
      <NumberInput
        label="Device limit"
        description="Leave empty for no limit"
        min={1}
        max={2147483647}
        allowDecimal={false}
        value={uses}
        onChange={setUses}
      />
      <Switch
        label="Require approval of each device"
        checked={needsApproval}
        onChange={(event) => setNeedsApproval(event.currentTarget.checked)}
      />
    </Dialog>
  )
}
