import { t } from "@lingui/core/macro"
import { Skeleton, Stack } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { Failed } from "@/components/failed"
import { Page } from "@/components/page"
import { PasswordPanel } from "./password-panel"
import { RemoveSecondFactor } from "./remove-second-factor"
import { secondFactorQuery } from "./second-factor"
import { SessionsPanel } from "./sessions-panel"
import { SetUpSecondFactor } from "./set-up-second-factor"

/** The user's own second factor, password and sessions. */
export function AccountPage() {
  return (
    <Page title={t`Account`} lead={t`How you sign in, and where you are signed in.`}>
      <Stack maw="52rem">
        <SetUpOrRemove />
        <PasswordPanel />
        <SessionsPanel />
      </Stack>
    </Page>
  )
}

/** Sets the second factor up, or removes it. */
function SetUpOrRemove() {
  const found = useQuery(secondFactorQuery)
  // The state when the page was opened, so that the result of a change stays visible.
  const [atFirst, setAtFirst] = useState<boolean>()
  if (atFirst === undefined && found.data !== undefined) setAtFirst(found.data)
  if (found.isError) return <Failed error={found.error} retry={() => void found.refetch()} />
  if (atFirst === undefined) return <Skeleton height={160} role="status" aria-label={t`Loading`} />
  return atFirst ? <RemoveSecondFactor /> : <SetUpSecondFactor />
}
