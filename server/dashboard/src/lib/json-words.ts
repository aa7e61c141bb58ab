import { t } from "@lingui/core/macro"

/** Return a value of JSON in words. */
export function jsonWords(value: unknown): string {
  if (typeof value === "boolean") return value ? t`yes` : t`no`
  return typeof value === "string" ? value : JSON.stringify(value)
}
