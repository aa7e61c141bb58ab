import { Alert } from "@mantine/core"
import { describeError } from "@/lib/describe-error"

/** Shows in a form why its change was refused. Nothing without an error. */
export function FormError({ error }: { error: unknown }) {
  if (error === null || error === undefined) return null
  return (
    <Alert color="red" role="alert">
      {describeError(error)}
    </Alert>
  )
}
