/** Values of facts in words. */
import { t } from "@lingui/core/macro"
import type { components } from "@/api/schema"
import { jsonWords } from "@/lib/json-words"
import { sizeOf } from "@/lib/sizes"
import { shortOf, spanOf } from "@/lib/times"

export type FactColumn = components["schemas"]["FactColumn"]

/** Return *value* of *column* as people read it. Of another type than declared, it is JSON. */
export function valueWords({ type, unit }: FactColumn, value: unknown): string {
  if (value === null || value === undefined) return t`missing`
  if (typeof value === "number") return numberWords(type, unit, value)
  const isMoment = type === "time" && typeof value === "string" && !Number.isNaN(Date.parse(value))
  return isMoment ? shortOf(value) : jsonWords(value)
}

function numberWords(type: FactColumn["type"], unit: string, value: number): string {
  if (type === "bytes") return sizeOf(value)
  if (type === "duration") return spanOf(value)
  const number = value.toLocaleString(undefined, { maximumFractionDigits: 2 })
  if (unit === "") return number
  return unit === "%" ? `${number}${unit}` : `${number} ${unit}`
}

/** Return the filter for devices on which *column* has *value*. */
export function filterOf({ fact }: FactColumn, value: unknown): string {
  if (value === null || value === undefined) return `${fact} is missing`
  return `${fact} is ${typeof value === "string" ? value : JSON.stringify(value)}`
}
