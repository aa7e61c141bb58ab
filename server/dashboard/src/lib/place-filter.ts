/** The filter by location, as in the URL and the API: `is:AT`, `not:AT/Graz`. */
import { t } from "@lingui/core/macro"
import { countryWords } from "@/lib/words"

export interface Place {
  country?: string | null
  city?: string | null
}

export interface Choice {
  is: boolean
  /** `AT` or `AT/Graz`. */
  place: string
}

/** Return the location in *filter*; null if it is a text to search for. */
export function choiceOf(filter: string | undefined): Choice | null {
  const [, how, place] = filter?.match(/^(is|not):(.+)$/s) ?? []
  return place === undefined ? null : { is: how === "is", place }
}

export const filterOf = ({ is, place }: Choice) => `${is ? "is" : "not"}:${place}`

export const keyOf = ({ country, city }: Place) =>
  city == null ? (country ?? "") : `${country ?? ""}/${city}`

/** Return the name of a location by its key: `Graz, Austria`. */
export function placeName(key: string): string {
  const [country = "", ...rest] = key.split("/")
  return [rest.join("/"), country && countryWords(country)].filter(Boolean).join(", ")
}

interface Group {
  group: string
  items: { value: string; label: string }[]
}

/** Return the countries sorted by name, each with its cities, for a list. */
export function groupsOf(places: readonly Place[]): Group[] {
  const cities = new Map<string, Set<string>>()
  for (const { country, city } of places) {
    const known = cities.get(country ?? "") ?? new Set()
    if (city != null) known.add(city)
    cities.set(country ?? "", known)
  }
  return [...cities]
    .map(([country, names]) => {
      const group = country === "" ? t`No country` : countryWords(country)
      const whole = country === "" ? [] : [{ value: country, label: group }]
      const items = [...names].sort().map((city) => ({
        value: keyOf({ country, city }),
        label: placeName(keyOf({ country, city })),
      }))
      return { group, items: [...whole, ...items] }
    })
    .sort((one, other) => one.group.localeCompare(other.group))
}
