/** File sizes in words. */
import { plural, t } from "@lingui/core/macro"

const STEP = 1000
// Of kB, MB and GB.
const LARGEST = 2

/** Return *bytes* in the unit that leaves one to three digits before the point. */
export function sizeOf(bytes: number): string {
  if (bytes < STEP) return plural(bytes, { one: "# byte", other: "# bytes" })
  let [value, unit] = [bytes / STEP, 0]
  while (Math.round(value) >= STEP && unit < LARGEST) {
    value /= STEP
    unit += 1
  }
  const digits = value < 10 ? 1 : 0
  const number = value.toLocaleString(undefined, { maximumFractionDigits: digits })
  return [t`${number} kB`, t`${number} MB`, t`${number} GB`][unit] ?? ""
}
