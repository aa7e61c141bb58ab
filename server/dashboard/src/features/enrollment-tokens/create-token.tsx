import { t } from "@lingui/core/macro"
import { TextInput } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { Dialog } from "@/components/dialog"
import { useTokenLimits } from "@/components/token-limits"
import { createToken, tokensQuery } from "./enrollment-tokens"

interface CreateTokenProps {
  onClose: () => void
  onCreated: (token: string) => void
}

/** A dialog that creates a token, with limits by default. */
export function CreateToken({ onClose, onCreated }: CreateTokenProps) {
  const [label, setLabel] = useState("")
  const limits = useTokenLimits()
  const queryClient = useQueryClient()
  const created = useMutation({
    mutationFn: createToken,
    onSuccess: ({ token }) => {
      // First, since it is shown only once, and reloading the list may fail.
      onCreated(token)
      void queryClient.invalidateQueries(tokensQuery)
    },
  })
  return (
    <Dialog
      title={t`Create enrollment token`}
      opened
      onClose={onClose}
      button={t`Create`}
      onSubmit={() => created.mutate({ label, ...limits.sent })}
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
      {limits.expiry}
      {limits.uses}
      {limits.approval}
    </Dialog>
  )
}
