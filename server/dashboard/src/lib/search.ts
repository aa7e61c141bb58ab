/** Reads the query of an address. What is wrong or empty is as if it were not there. */

type Search = Record<string, unknown>

const DAY = /^\d{4}-\d{2}-\d{2}$/

export function text<K extends string>(search: Search, key: K): { [P in K]?: string } {
  const value = search[key]
  // The router reads what looks like a number or a truth as one.
  const given = typeof value === "number" || typeof value === "boolean" ? String(value) : value
  return typeof given === "string" && given !== "" ? entry(key, given) : {}
}

export function whole<K extends string>(search: Search, key: K): { [P in K]?: number } {
  const value = Number(search[key])
  return Number.isSafeInteger(value) && value > 0 ? entry(key, value) : {}
}

export function flag<K extends string>(search: Search, key: K): { [P in K]?: boolean } {
  const value = search[key]
  if (value === true || value === "true") return entry(key, true)
  if (value === false || value === "false") return entry(key, false)
  return {}
}

/** A day as the calendar writes it: 2026-11-23. */
export function day<K extends string>(search: Search, key: K): { [P in K]?: string } {
  const value = search[key]
  const is = typeof value === "string" && DAY.test(value) && !Number.isNaN(Date.parse(value))
  return is ? entry(key, value) : {}
}

export function oneOf<K extends string, V extends string>(
  search: Search,
  key: K,
  choices: readonly V[],
): { [P in K]?: V } {
  const found = choices.find((choice) => choice === search[key])
  return found === undefined ? {} : entry(key, found)
}

function entry<K extends string, V>(key: K, value: V): { [P in K]?: V } {
  return { [key]: value } as { [P in K]?: V }
}
