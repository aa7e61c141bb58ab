/** Words for codes of the server. Unknown codes are shown as they are. */
import { i18n, type MessageDescriptor } from "@lingui/core"
import { msg, t } from "@lingui/core/macro"

const SCREENSHOTS: Record<string, MessageDescriptor> = {
  taken: msg`Taken`,
  locked: msg`Screen locked`,
  denied: msg`Not permitted by the system`,
  no_display: msg`No screen`,
  failed: msg`Failed`,
  disabled: msg`Screenshots turned off`,
}
export function screenshotWords(status: string | null): string {
  const words = SCREENSHOTS[status ?? ""]
  return words === undefined ? (status ?? t`Unknown`) : i18n._(words)
}

/** Return the agent's reason for a missed log, as a sentence. */
export function missedWords(reason: string | null): string {
  const text = reason?.trim() ?? ""
  if (text === "") return t`No reason was given.`
  // Sent by agents that name the calendar.
  if (text.startsWith("no working day")) return t`Day off.`
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`
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
