import { t } from "@lingui/core/macro"
import { NumberInput, Radio, Stack, TextInput } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { Dialog } from "@/components/dialog"
import { createKey, type Key, keysQuery, scopeName } from "./api-keys"

interface CreateKeyProps {
  onClose: () => void
  onCreated: (key: string) => void
}

const DAYS = 365

const scopes = (): { value: Key["scope"]; label: string; description: string }[] => [
  { value: "export", label: scopeName("export"), description: t`Downloads what you may export` },
  {
    value: "audit",
    label: scopeName("audit"),
    description: t`Reads the audit log, for example into a SIEM`,
  },
  {
    value: "facts",
    label: scopeName("facts"),
    description: t`Reads facts of plugins and their alerts`,
  },
  { value: "presence", label: scopeName("presence"), description: t`Reads who is online` },
  { value: "employees", label: scopeName("employees"), description: t`Reads the directory` },
  {
    value: "attendance",
    label: scopeName("attendance"),
    description: t`Reads the device activity of days and months`,
  },
  { value: "logs", label: scopeName("logs"), description: t`Reads logs, without screenshots` },
  { value: "alerts", label: scopeName("alerts"), description: t`Reads alerts` },
  {
    value: "scim",
    label: scopeName("scim"),
    description: t`Keeps employees and teams, for an identity provider`,
  },
]

/** A dialog that creates an API key, which acts for its creator. */
export function CreateKey({ onClose, onCreated }: CreateKeyProps) {
  const [label, setLabel] = useState("")
  const [scope, setScope] = useState<Key["scope"]>("export")
  const [days, setDays] = useState<number | string>(DAYS)
  const queryClient = useQueryClient()
  const created = useMutation({
    mutationFn: createKey,
    onSuccess: ({ key }) => {
      // First, since it is shown only once, and reloading the list may fail.
      onCreated(key)
      void queryClient.invalidateQueries(keysQuery)
    },
  })
  return (
    <Dialog
      title={t`Create API key`}
      opened
      onClose={onClose}
      button={t`Create`}
      onSubmit={() => created.mutate({ label, scope, expires_days: Number(days) })}
      busy={created.isPending}
      error={created.error}
    >
      <TextInput
        label={t`Label`}
        description={t`The program that uses it`}
        required
        data-autofocus
        value={label}
        onChange={(event) => setLabel(event.currentTarget.value)}
      />
      <Radio.Group
        label={t`Scope`}
        value={scope}
        onChange={(chosen) => setScope(chosen as Key["scope"])}
      >
        <Stack gap="xs" mt="xs">
          {scopes().map((each) => (
            <Radio key={each.value} {...each} />
          ))}
        </Stack>
      </Radio.Group>
      <NumberInput
        label={t`Expires after (days)`}
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
