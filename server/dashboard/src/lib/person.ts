/** Initials and colors for names. */

const TONES = 6

/** Return the initials of *name*: of its first and last part. */
export function initialsOf(name: string): string {
  const parts = name.split(/[^\p{L}\p{N}]+/u).filter((part) => part !== "")
  const [first, last] = [parts[0], parts.at(-1)]
  if (first === undefined || last === undefined) return "?"
  const letters = parts.length === 1 ? [first] : [first, last]
  return letters.map((part) => [...part][0]?.toUpperCase() ?? "").join("")
}

/** Return the number of the color for *name*, from 0 to 5. */
export function toneOf(name: string): number {
  let sum = 0
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973
  return sum % TONES
}
