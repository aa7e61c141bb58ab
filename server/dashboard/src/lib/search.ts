/** Reads the query of a URL. Invalid or empty values are ignored. */

type Search = Record<string, unknown>

const DAY = /^\d{4}-\d{2}-\d{2}$/

export function text<K extends string>(search: Search, key: K): { [P in K]?: string } {
  const value = search[key]
  // The router parses what looks like a number or a boolean.
  const given = typeof value === "number" || typeof value === "boolean" ? String(value) : value
  return typeof given === "string" && given !== "" ? entry(key, given) : {}
}

/** One text or several, as a list. */
export function texts<K extends string>(search: Search, key: K): { [P in K]?: string[] } {
  const given = Array.isArray(search[key]) ? search[key] : [search[key]]
  const found = given.flatMap((each) => Object.values(text({ each }, "each")))
  return found.length === 0 ? {} : entry(key, found)
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

/** A calendar day such as 2026-11-23. */
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

type Kind = "text" | "texts" | "whole" | "day" | "flag" | readonly string[]
type ValueOf<K> = K extends readonly (infer V)[]
  ? V
  : K extends "whole"
    ? number
    : K extends "flag"
      ? boolean
      : K extends "texts"
        ? string[]
        : string
const READERS = { text, texts, whole, day, flag }

/** The filters of an API call, as `api/filters.gen.ts` has them. */
export function filters<F extends Record<string, Kind>>(
  search: Search,
  kinds: F,
): { -readonly [K in keyof F]?: ValueOf<F[K]> } {
  const found = Object.entries(kinds).map(([key, kind]) =>
    typeof kind === "string" ? READERS[kind](search, key) : oneOf(search, key, kind),
  )
  return Object.assign({}, ...found)
}

function entry<K extends string, V>(key: K, value: V): { [P in K]?: V } {
  return { [key]: value } as { [P in K]?: V }
}
