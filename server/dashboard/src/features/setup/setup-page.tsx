import { t } from "@lingui/core/macro"
import { Button, Code, PasswordInput, Skeleton, Stack, Text, TextInput, Title } from "@mantine/core"
import { useMutation, useQuery } from "@tanstack/react-query"
import CircleCheck from "lucide-react/icons/circle-check"
import { type FormEvent, useEffect, useState } from "react"
import type { Session } from "@/api/session"
import { createFirstAdmin, type NewAdmin, setupQuery } from "@/api/setup"
import { BlankLayout } from "@/components/blank-layout"
import classes from "@/components/card.module.css"
import { Failed } from "@/components/failed"
import { FormError } from "@/components/form-error"
import { Message } from "@/components/message"
import { TextLink } from "@/components/text-link"
import { LEAST_CHARACTERS } from "@/lib/passwords"

interface SetupPageProps {
  onEnter: (session: Session) => Promise<void>
}

/** Creates the first administrator of a server without accounts. */
export function SetupPage({ onEnter }: SetupPageProps) {
  const needed = useQuery(setupQuery)
  useEffect(() => {
    document.title = t`Set up this server · wfhagent`
  }, [])
  return (
    <BlankLayout>
      <div className={classes.card}>
        {needed.isPending ? (
          <Skeleton height={320} role="status" aria-label={t`Loading`} />
        ) : needed.isError ? (
          <Failed error={needed.error} retry={() => void needed.refetch()} />
        ) : needed.data ? (
          <FirstAdmin onEnter={onEnter} />
        ) : (
          <Message
            icon={CircleCheck}
            order={1}
            title={t`This server is set up`}
            action={<TextLink to="/sign-in">{t`Sign in`}</TextLink>}
          >
            {t`It has an account already. Ask an administrator for an invitation if you have none.`}
          </Message>
        )}
      </div>
    </BlankLayout>
  )
}

function FirstAdmin({ onEnter }: SetupPageProps) {
  const [given, setGiven] = useState<NewAdmin>({ code: "", username: "", password: "" })
  const created = useMutation({ mutationFn: createFirstAdmin, onSuccess: onEnter })
  const change = (part: Partial<NewAdmin>) => setGiven({ ...given, ...part })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    created.mutate(given)
  }
  return (
    <form onSubmit={submit}>
      <Title order={1} size="h2">{t`Set up this server`}</Title>
      <Text c="dimmed" size="sm" mt={4} mb="md">
        {t`Create the first administrator. The setup code proves that you run this server.`}
      </Text>
      <Stack gap="sm">
        <CodeHelp />
        <TextInput
          label={t`Setup code`}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          required
          withAsterisk={false}
          maxLength={64}
          data-autofocus
          value={given.code}
          onChange={(event) => change({ code: event.currentTarget.value })}
        />
        <TextInput
          label={t`Username`}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          withAsterisk={false}
          value={given.username}
          onChange={(event) => change({ username: event.currentTarget.value })}
        />
        <PasswordInput
          label={t`Password`}
          description={t`At least ${{ count: LEAST_CHARACTERS }} characters`}
          autoComplete="new-password"
          required
          withAsterisk={false}
          minLength={LEAST_CHARACTERS}
          visibilityToggleButtonProps={{ "aria-label": t`Show the password` }}
          value={given.password}
          onChange={(event) => change({ password: event.currentTarget.value })}
        />
        <FormError error={created.error} />
        <Button type="submit" mt={4} loading={created.isPending}>
          {t`Create administrator`}
        </Button>
      </Stack>
    </form>
  )
}

/** Where the setup code is found. */
function CodeHelp() {
  return (
    <Text size="sm" component="div">
      {t`The server printed the code when it started. This command shows the log of a deployed server:`}
      <Code block my={6}>
        {t`journalctl -u wfhserver`}
      </Code>
      {t`This command prints a new one. The last one is then no longer valid:`}
      <Code block mt={6}>
        {t`wfhserver setup-code`}
      </Code>
    </Text>
  )
}
