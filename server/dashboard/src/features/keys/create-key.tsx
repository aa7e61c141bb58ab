import { NumberInput, Radio, Stack, TextInput } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { Dialog } from "@/components/dialog"
import { createKey, type Key, keysQuery, SCOPES } from "./keys"

interface CreateKeyProps {
  onClose: () => void
  onCreated: (key: string) => void
}

const DAYS = 365

/** Creates a key that acts for whoever creates it. */
export function CreateKey({ onClose, onCreated }: CreateKeyProps) {
  const [label, setLabel] = useState("")
  const [scope, setScope] = useState<Key["scope"]>("export")
  const [days, setDays] = useState<number | string>(DAYS)
  const queryClient = useQueryClient()
  const created = useMutation({
    mutationFn: createKey,
    onSuccess: ({ key }) => {
      // First, as it is shown once, and the list may not come.
      onCreated(key)
      void queryClient.invalidateQueries(keysQuery)
    },
  })
  return (
    <Dialog
      title="Create API key"
      opened
      onClose={onClose}
      button="Create"
      onSubmit={() => created.mutate({ label, scope, expires_days: Number(days) })}
      busy={created.isPending}
      error={created.error}
    >
      <TextInput
        label="Label"
        description="The program that uses it"
        required
        data-autofocus
        value={label}
        onChange={(event) => setLabel(event.currentTarget.value)}
      />
      <Radio.Group
        label="Scope"
        value={scope}
        onChange={(chosen) => setScope(chosen as Key["scope"])}
      >
        <Stack gap="xs" mt="xs">
          {SCOPES.map((each) => (
            <Radio key={each.value} {...each} />
          ))}
        </Stack>
      </Radio.Group>
      <NumberInput
        label="Expires after (days)"
        required
        min={1}
        max={3650}
        allowDecimal={false}
        value={days}
        onChange={setDays}
      />
    </Dialog>
  )
}
