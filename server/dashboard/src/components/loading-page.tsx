import { t } from "@lingui/core/macro"
import { Skeleton, Stack } from "@mantine/core"

/** A skeleton of a page that is loading. */
export function LoadingPage() {
  return (
    <Stack gap="md" role="status" aria-label={t`Loading`}>
      <Skeleton height={28} width={180} />
      <Skeleton height={88} />
      <Skeleton height={320} />
    </Stack>
  )
}
