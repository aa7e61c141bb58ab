import { Stack } from "@mantine/core"
import { Page } from "@/components/page"
import { RemoveSecondFactor } from "./remove-second-factor"
import { SetUpSecondFactor } from "./set-up-second-factor"

/** One's own second factor. */
export function AccountPage() {
  return (
    <Page
      title="Second factor"
      lead="With it, a stolen password opens nothing: signing in also asks for a code that your phone shows."
    >
      <Stack maw="44rem">
        <SetUpSecondFactor />
        <RemoveSecondFactor />
      </Stack>
    </Page>
  )
}
