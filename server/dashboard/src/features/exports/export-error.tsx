import { AnswerError } from "@/api/errors"
import { FILTER_FIELDS } from "@/components/filter-fields"
import { FormError } from "@/components/form-error"

const AT_FIELDS: string[] = [...FILTER_FIELDS.flatMap(({ keys }) => keys), "reason"]

/** Shows why an export failed, unless the error is shown at a field. */
export function ExportError({ error }: { error: unknown }) {
  const field = error instanceof AnswerError ? error.field : undefined
  return field !== undefined && AT_FIELDS.includes(field) ? null : <FormError error={error} />
}
