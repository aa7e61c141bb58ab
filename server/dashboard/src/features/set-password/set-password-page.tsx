import { t } from "@lingui/core/macro"
import { Button, PasswordInput, Skeleton, Stack, Text, TextInput, Title } from "@mantine/core"
import { useMutation, useQuery } from "@tanstack/react-query"
import CircleCheck from "lucide-react/icons/circle-check"
import Link2Off from "lucide-react/icons/link-2-off"
import { type FormEvent, useEffect, useState } from "react"
import { codeOf } from "@/api/errors"
import { BlankLayout } from "@/components/blank-layout"
import classes from "@/components/card.module.css"
import { Failed } from "@/components/failed"
import { FormError } from "@/components/form-error"
import { Message } from "@/components/message"
import { TextLink } from "@/components/text-link"
import { describeError } from "@/lib/describe-error"
import { LEAST_CHARACTERS } from "@/lib/passwords"
import { shortOf } from "@/lib/times"
import { linkQuery, type OpenLink, setPasswordByLink } from "./account-link"

/** Where a link of an invitation or a reset leads: its user sets a password. */
export function SetPasswordPage({ token }: { token: string }) {
  const link = useQuery(linkQuery(token))
  const [isSet, setIsSet] = useState(false)
  useEffect(() => {
    document.title = t`Set your password · wfhagent`
  }, [])
  return (
    <BlankLayout>
      <div className={classes.card}>
        {isSet ? (
          <PasswordSet />
        ) : link.isPending ? (
          <Skeleton height={280} role="status" aria-label={t`Loading`} />
        ) : link.data !== undefined ? (
          <PasswordForm token={token} link={link.data} onSet={() => setIsSet(true)} />
        ) : codeOf(link.error) === "account_link_ended" ? (
          <Message icon={Link2Off} order={1} title={t`This link does not work`}>
            {describeError(link.error)}
          </Message>
        ) : (
          <Failed error={link.error} retry={() => void link.refetch()} />
        )}
      </div>
    </BlankLayout>
  )
}

function PasswordSet() {
  return (
    <Message
      icon={CircleCheck}
      order={1}
      title={t`Password set`}
      action={<TextLink to="/sign-in">{t`Sign in`}</TextLink>}
    >
      {t`Sign in with your username and the new password. The link no longer works.`}
    </Message>
  )
}

interface PasswordFormProps {
  token: string
  link: OpenLink
  onSet: () => void
}

function PasswordForm({ token, link, onSet }: PasswordFormProps) {
  const [password, setPassword] = useState("")
  const set = useMutation({ mutationFn: setPasswordByLink, onSuccess: onSet })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    set.mutate({ token, password })
  }
  return (
    <form onSubmit={submit}>
      <Title order={1} size="h2">{t`Set your password`}</Title>
      <Text c="dimmed" size="sm" mt={4} mb="md">
        {link.kind === "invitation"
          ? t`You are invited to the dashboard. The link works once, until ${{ until: shortOf(link.expires_at) }}.`
          : t`A new password ends all your sessions. The link works once, until ${{ until: shortOf(link.expires_at) }}.`}
      </Text>
      <Stack gap="sm">
        <TextInput label={t`Username`} autoComplete="username" readOnly value={link.username} />
        <PasswordInput
          label={t`New password`}
          description={t`At least ${{ count: LEAST_CHARACTERS }} characters`}
          autoComplete="new-password"
          required
          withAsterisk={false}
          minLength={LEAST_CHARACTERS}
          data-autofocus
          visibilityToggleButtonProps={{ "aria-label": t`Show the password` }}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <FormError error={set.error} />
        <Button type="submit" mt={4} loading={set.isPending}>
          {t`Set password`}
        </Button>
      </Stack>
    </form>
  )
}
