import { t } from "@lingui/core/macro"
import { Alert, Anchor, Button, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core"
import { useMutation } from "@tanstack/react-query"
import { type FormEvent, useEffect, useState } from "react"
import { codeOf } from "@/api/errors"
import { type Credentials, type Session, signIn } from "@/api/session"
import { Brand } from "@/components/brand"
import card from "@/components/card.module.css"
import { CompanySignIn } from "./company-sign-in"
import { FirstRun } from "./first-run"
import { companyRefusalOf, refusalOf } from "./refusals"
import classes from "./sign-in-page.module.css"

interface SignInPageProps {
  /** The address to open after signing in. */
  next: string
  /** Whether a session ended during use. */
  ended: boolean
  /** The server's code when the company's sign-in was refused. */
  refused: string | undefined
  onEnter: (session: Session) => Promise<void>
}

/** Name and password, then the second factor where there is one. */
export function SignInPage({ next, ended, refused, onEnter }: SignInPageProps) {
  const [given, setGiven] = useState<Credentials>({ username: "", password: "" })
  const attempt = useMutation({ mutationFn: signIn, onSuccess: onEnter })
  const asksForCode = codeOf(attempt.error) === "second_factor_required" || given.code !== undefined
  useEffect(() => {
    document.title = t`Sign in · wfhagent`
  }, [])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    attempt.mutate(given)
  }
  const change = (part: Partial<Credentials>) => setGiven({ ...given, ...part })
  const refusal = refusalOf(attempt.error)
  return (
    <main className={classes.screen}>
      <div className={card.card}>
        <Brand large />
        <Title order={1} size="h2" mt="lg">
          {asksForCode ? t`Second factor` : t`Sign in`}
        </Title>
        <Text c="dimmed" size="sm" mb="md">
          {asksForCode
            ? t`Enter the six-digit code from your authenticator app, or a recovery code.`
            : t`For administrators, managers and auditors.`}
        </Text>
        <FirstRun />
        <Stack
          gap="sm"
          component="form"
          renderRoot={(props) => <form {...props} onSubmit={submit} />}
        >
          {ended && refusal === null && (
            <Alert color="ink" role="status">
              {t`Your session has ended. Sign in to go back to where you were.`}
            </Alert>
          )}
          {refused !== undefined && refusal === null && (
            <Alert color="red" role="alert">
              {companyRefusalOf(refused)}
            </Alert>
          )}
          {refusal !== null && (
            <Alert color="red" role="alert">
              {refusal}
            </Alert>
          )}
          {asksForCode ? (
            <CodeField value={given.code ?? ""} onChange={(code) => change({ code })} />
          ) : (
            <>
              <TextInput
                label={t`Name`}
                autoComplete="username"
                autoCapitalize="none"
                spellCheck={false}
                required
                withAsterisk={false}
                data-autofocus
                value={given.username}
                onChange={(event) => change({ username: event.currentTarget.value })}
              />
              <PasswordInput
                label={t`Password`}
                autoComplete="current-password"
                required
                withAsterisk={false}
                visibilityToggleButtonProps={{ "aria-label": t`Show the password` }}
                value={given.password}
                onChange={(event) => change({ password: event.currentTarget.value })}
              />
            </>
          )}
          <Button type="submit" mt={4} loading={attempt.isPending}>
            {asksForCode ? t`Continue` : t`Sign in`}
          </Button>
        </Stack>
        {!asksForCode && <CompanySignIn next={next} />}
        {asksForCode && (
          <Anchor
            component="button"
            size="sm"
            mt="md"
            onClick={() => {
              attempt.reset()
              setGiven({ username: given.username, password: "" })
            }}
          >
            {t`Sign in as a different user`}
          </Anchor>
        )}
      </div>
    </main>
  )
}

function CodeField({ value, onChange }: { value: string; onChange: (code: string) => void }) {
  return (
    <TextInput
      label={t`Code`}
      autoComplete="one-time-code"
      inputMode="text"
      spellCheck={false}
      required
      withAsterisk={false}
      autoFocus
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
