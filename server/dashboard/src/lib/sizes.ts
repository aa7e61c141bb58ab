/** Sizes of files as people say them. */

const UNITS = ["kB", "MB", "GB"] as const
const STEP = 1000

/** Return *bytes* in the unit that leaves one to three digits before the point. */
export function sizeOf(bytes: number): string {
  if (bytes < STEP) return `${bytes} bytes`
  let [value, unit] = [bytes / STEP, 0]
  while (Math.round(value) >= STEP && unit < UNITS.length - 1) {
    value /= STEP
    unit += 1
  }
  const digits = value < 10 ? 1 : 0
  return `${value.toLocaleString(undefined, { maximumFractionDigits: digits })} ${UNITS[unit]}`
}
