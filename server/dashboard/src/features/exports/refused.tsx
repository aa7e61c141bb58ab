import { AnswerError } from "@/api/errors"
import { Said } from "@/components/said"

const AT_FIELDS = ["employee", "team", "from", "to", "place", "reason"]

/** Says why there is no file, unless it is said at the field that is to blame. */
export function Refused({ error }: { error: unknown }) {
  const field = error instanceof AnswerError ? error.field : undefined
  return field !== undefined && AT_FIELDS.includes(field) ? null : <Said error={error} />
}
