import { t } from "@lingui/core/macro"
import { Alert, Button, Code, Group, Stack, Text } from "@mantine/core"
import { useMutation } from "@tanstack/react-query"
import { useState } from "react"
import { codeOf } from "@/api/errors"
import { Panel } from "@/components/panel"
import { SecretDialog } from "@/components/secret-dialog"
import { describeError } from "@/lib/describe-error"
import { CodeForm } from "./code-form"
import { QrCode } from "./qr-code"
import { begin, confirm } from "./second-factor"

/** Sets up the second factor in three steps, from the secret to the recovery codes. */
export function SetUpSecondFactor() {
  const started = useMutation({ mutationFn: begin })
  const confirmed = useMutation({ mutationFn: confirm })
  return (
    <Panel title={t`Second factor`}>
      {confirmed.data !== undefined ? (
        <RecoveryCodes codes={confirmed.data.recovery_codes} />
      ) : started.data !== undefined ? (
        <Stack>
          <Secret uri={started.data.uri} secret={started.data.secret} />
          <CodeForm
            label={t`Current code from the app`}
            button={t`Turn on`}
            error={confirmed.error}
            busy={confirmed.isPending}
            onCode={confirmed.mutate}
          />
        </Stack>
      ) : (
        <Stack align="flex-start">
          <Text size="sm">
            {t`You also enter a code from your phone when you sign in. A stolen password is then not enough. You need an authenticator app: Google Authenticator, Aegis, 1Password or any other app that supports TOTP.`}
          </Text>
          {started.error !== null && (
            <Alert color={codeOf(started.error) === "conflict" ? "ink" : "red"} role="alert">
              {describeError(started.error)}
            </Alert>
          )}
          <Button loading={started.isPending} onClick={() => started.mutate()}>
            {t`Set up`}
          </Button>
        </Stack>
      )}
    </Panel>
  )
}

function Secret({ uri, secret }: { uri: string; secret: string }) {
  return (
    <Group align="flex-start" gap="lg">
      <QrCode text={uri} label={t`QR code with the secret`} />
      <Stack gap="xs" maw="22rem">
        <Text size="sm">{t`Scan this code with the app, or type the secret:`}</Text>
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
        {t`Second factor turned on.`}
      </Text>
      <SecretDialog
        title={t`Recovery codes`}
        secret={isOpen ? codes.join("\n") : null}
        onClose={() => setIsOpen(false)}
      >
        {t`Keep these codes somewhere other than your phone. Each works once instead of a code from the app.`}
      </SecretDialog>
    </>
  )
}
