/** How a person is shown where there is no picture of them. */

const TONES = 6

/** Return one or two letters for *name*: of the first and the last of its parts. */
export function initialsOf(name: string): string {
  const parts = name.split(/[^\p{L}\p{N}]+/u).filter((part) => part !== "")
  const [first, last] = [parts[0], parts.at(-1)]
  if (first === undefined || last === undefined) return "?"
  const letters = parts.length === 1 ? [first] : [first, last]
  return letters.map((part) => [...part][0]?.toUpperCase() ?? "").join("")
}

/** Return which of the six tones is *name*'s. */
export function toneOf(name: string): number {
  let sum = 0
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973
  return sum % TONES
}
