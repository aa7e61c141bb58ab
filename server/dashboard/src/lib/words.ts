/** Words for what the server says in codes. What is unknown is shown as it came. */

const SCREENSHOTS: Record<string, string> = {
  taken: "Taken",
  locked: "Screen locked",
  denied: "Not permitted by the system",
  no_display: "No screen",
  failed: "Failed",
  disabled: "Screenshots turned off",
}
export const screenshotWords = (status: string | null) =>
  SCREENSHOTS[status ?? ""] ?? status ?? "Unknown"

/** Return the agent's reason for a log that did not come, as a sentence. */
export function missedWords(reason: string | null): string {
  const said = reason?.trim() ?? ""
  if (said === "") return "No reason was given."
  // Of agents that name the calendar.
  if (said.startsWith("no working day")) return "Day off."
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}${/[.!?]$/.test(said) ? "" : "."}`
}

interface Place {
  country?: string | null
  city?: string | null
}

const regions = new Intl.DisplayNames(undefined, { type: "region" })

/** Return city and country; a code of two letters becomes the country's name. */
export function placeWords(place: Place): string {
  const { city, country } = place
  return [city, country == null ? null : countryWords(country)].filter(Boolean).join(", ") || "–"
}

/** Return the name of a country of two letters; anything else as it is. */
export function countryWords(country: string): string {
  return /^[A-Z]{2}$/.test(country) ? (regions.of(country) ?? country) : country
}

/** Return a number with its noun: `1 device`, `2,304 devices`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString()} ${noun}${count === 1 ? "" : "s"}`
}

/** Why no log is expected on a day. */
export const REST_WORDS = { weekend: "Weekend", day_off: "Day off" } as const
