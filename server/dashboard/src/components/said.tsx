import { Alert } from "@mantine/core"
import { sentenceOf } from "@/lib/sentences"

/** Says why a change was refused, in the form that made it; nothing when it was not. */
export function Said({ error }: { error: unknown }) {
  if (error === null || error === undefined) return null
  return (
    <Alert color="red" role="alert">
      {sentenceOf(error)}
    </Alert>
  )
}
