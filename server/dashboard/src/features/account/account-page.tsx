import { Skeleton, Stack } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { Failed } from "@/components/failed"
import { Page } from "@/components/page"
import { RemoveSecondFactor } from "./remove-second-factor"
import { secondFactorQuery } from "./second-factor"
import { SetUpSecondFactor } from "./set-up-second-factor"

/** One's own second factor. */
export function AccountPage() {
  return (
    <Page
      title="Second factor"
      lead="Signing in then also asks for a code from your phone, so a stolen password is not enough."
    >
      <Stack maw="44rem">
        <SetUpOrRemove />
      </Stack>
    </Page>
  )
}

/** What is possible: to set it up where there is none, and to remove it where there is one. */
function SetUpOrRemove() {
  const found = useQuery(secondFactorQuery)
  // As it was when the page was opened: what was done here stays to be read.
  const [atFirst, setAtFirst] = useState<boolean>()
  if (atFirst === undefined && found.data !== undefined) setAtFirst(found.data)
  if (found.isError) return <Failed error={found.error} retry={() => void found.refetch()} />
  if (atFirst === undefined) return <Skeleton height={160} role="status" aria-label="Loading" />
  return atFirst ? <RemoveSecondFactor /> : <SetUpSecondFactor />
}
