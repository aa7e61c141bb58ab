import { Skeleton, Stack } from "@mantine/core"

/** The shape of a page that is on its way. */
export function LoadingPage() {
  return (
    <Stack gap="md" role="status" aria-label="Loading">
      <Skeleton height={28} width={180} />
      <Skeleton height={88} />
      <Skeleton height={320} />
    </Stack>
  )
}
