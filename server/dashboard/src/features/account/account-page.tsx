import { t } from "@lingui/core/macro"
import { Skeleton, Stack } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { Failed } from "@/components/failed"
import { Page } from "@/components/page"
import { RemoveSecondFactor } from "./remove-second-factor"
import { secondFactorQuery } from "./second-factor"
import { SetUpSecondFactor } from "./set-up-second-factor"

/** The user's own second factor. */
export function AccountPage() {
  return (
    <Page
      title={t`Second factor`}
      lead={t`You also enter a code from your phone when you sign in. A stolen password is then not enough.`}
    >
      <Stack maw="44rem">
        <SetUpOrRemove />
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
