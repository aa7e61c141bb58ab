import { Alert, Button, Group, TextInput } from "@mantine/core"
import { type FormEvent, useState } from "react"
import { describeError } from "@/lib/describe-error"

interface CodeFormProps {
  label: string
  button: string
  danger?: boolean
  error: unknown
  busy: boolean
  onCode: (code: string) => void
}

/** A form for a code, with its error. */
export function CodeForm({ label, button, danger = false, error, busy, onCode }: CodeFormProps) {
  const [code, setCode] = useState("")
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onCode(code.trim())
  }
  return (
    <form onSubmit={submit}>
      {error !== null && (
        <Alert color="red" role="alert" mb="sm">
          {describeError(error)}
        </Alert>
      )}
      <Group align="flex-end" gap="xs">
        <TextInput
          label={label}
          autoComplete="one-time-code"
          spellCheck={false}
          required
          withAsterisk={false}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <Button
          type="submit"
          loading={busy}
          {...(danger ? { color: "red", variant: "light" as const } : {})}
        >
          {button}
        </Button>
      </Group>
    </form>
  )
}
