import { Alert, Button, Code, Group, Stack, Text } from "@mantine/core"
import { useMutation } from "@tanstack/react-query"
import { useState } from "react"
import { codeOf } from "@/api/errors"
import { Panel } from "@/components/panel"
import { ShownOnce } from "@/components/shown-once"
import { sentenceOf } from "@/lib/sentences"
import { CodeForm } from "./code-form"
import { QrCode } from "./qr-code"
import { begin, confirm } from "./second-factor"

/** From no second factor to the recovery codes, in three steps. */
export function SetUpSecondFactor() {
  const started = useMutation({ mutationFn: begin })
  const confirmed = useMutation({ mutationFn: confirm })
  return (
    <Panel title="Set up">
      {confirmed.data !== undefined ? (
        <RecoveryCodes codes={confirmed.data.recovery_codes} />
      ) : started.data !== undefined ? (
        <Stack>
          <Secret uri={started.data.uri} secret={started.data.secret} />
          <CodeForm
            label="Current code from the app"
            button="Turn on"
            error={confirmed.error}
            busy={confirmed.isPending}
            onCode={confirmed.mutate}
          />
        </Stack>
      ) : (
        <Stack align="flex-start">
          <Text size="sm">
            You need an authenticator app on your phone: Google Authenticator, Aegis, 1Password or
            any other app that supports TOTP.
          </Text>
          {started.error !== null && (
            <Alert color={codeOf(started.error) === "conflict" ? "ink" : "red"} role="alert">
              {sentenceOf(started.error)}
            </Alert>
          )}
          <Button loading={started.isPending} onClick={() => started.mutate()}>
            Begin
          </Button>
        </Stack>
      )}
    </Panel>
  )
}

function Secret({ uri, secret }: { uri: string; secret: string }) {
  return (
    <Group align="flex-start" gap="lg">
      <QrCode text={uri} label="QR code of the secret" />
      <Stack gap="xs" maw="22rem">
        <Text size="sm">Scan this code with the app, or type the secret:</Text>
        <Code fz="sm" style={{ overflowWrap: "anywhere" }}>
          {secret}
        </Code>
      </Stack>
    </Group>
  )
}

function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  const [isOpen, setIsOpen] = useState(true)
  return (
    <>
      <Text size="sm" role="status">
        Second factor turned on.
      </Text>
      <ShownOnce
        title="Recovery codes"
        secret={isOpen ? codes.join("\n") : null}
        onClose={() => setIsOpen(false)}
      >
        Keep these codes somewhere other than your phone. Each works once instead of a code from the
        app.
      </ShownOnce>
    </>
  )
}
