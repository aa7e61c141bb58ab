import { plural, t } from "@lingui/core/macro"
import { Button, Group, PasswordInput, Stack, Text } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { type FormEvent, useState } from "react"
import { FormError } from "@/components/form-error"
import { Panel } from "@/components/panel"
import { LEAST_CHARACTERS } from "@/lib/passwords"
import { accountQuery, changePassword, ownSessionsQuery } from "./account"

/** Changes the user's own password. */
export function PasswordPanel() {
  const { data: account } = useQuery(accountQuery)
  return (
    <Panel title={t`Password`}>
      {account?.is_company === true ? (
        <Text size="sm">{t`You sign in with your company account. Change the password there.`}</Text>
      ) : (
        <PasswordForm username={account?.username ?? ""} />
      )}
    </Panel>
  )
}

function PasswordForm({ username }: { username: string }) {
  const [current, setCurrent] = useState("")
  const [password, setPassword] = useState("")
  const queryClient = useQueryClient()
  const changed = useMutation({
    mutationFn: changePassword,
    onSuccess: async () => {
      setCurrent("")
      setPassword("")
      await queryClient.invalidateQueries(ownSessionsQuery)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    changed.mutate({ current, password })
  }
  const toggle = { "aria-label": t`Show the password` }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" maw="24rem">
        {/* For password managers. */}
        <input type="text" autoComplete="username" value={username} readOnly hidden />
        <PasswordInput
          label={t`Current password`}
          autoComplete="current-password"
          required
          withAsterisk={false}
          visibilityToggleButtonProps={toggle}
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <PasswordInput
          label={t`New password`}
          description={t`At least ${{ count: LEAST_CHARACTERS }} characters. Your other sessions end; API keys keep working.`}
          autoComplete="new-password"
          required
          withAsterisk={false}
          minLength={LEAST_CHARACTERS}
          visibilityToggleButtonProps={toggle}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <FormError error={changed.error} />
        {changed.isSuccess && (
          <Text size="sm" role="status">
            {plural(changed.data, {
              0: "Password changed.",
              one: "Password changed. # other session ended.",
              other: "Password changed. # other sessions ended.",
            })}
          </Text>
        )}
        <Group>
          <Button type="submit" loading={changed.isPending}>
            {t`Change password`}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
