import { t } from "@lingui/core/macro"
import { Group, Input, Select } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import MapPin from "lucide-react/icons/map-pin"
import { useState } from "react"
import { placesQuery } from "@/api/logs"
import { choiceOf, filterOf, groupsOf, placeName } from "@/lib/place-filter"

interface PlaceSelectProps {
  value: string | undefined
  onChange: (place: string | undefined) => void
  /** Shown above the field. Without one, screen readers get a default label. */
  label?: string
  error?: string | undefined
}

const MOST = 100
const operators = () => [
  { value: "is", label: t({ message: "is", context: "place" }) },
  { value: "not", label: t({ message: "is not", context: "place" }) },
]

/** A country or a city that has logs, or every location except that one. */
export function PlaceSelect({ value, onChange, label, error }: PlaceSelectProps) {
  // Listing locations is recorded in the audit log, so they are loaded when the list is opened.
  const [isWanted, setIsWanted] = useState(false)
  const places = useQuery({ ...placesQuery, enabled: isWanted })
  const chosen = choiceOf(value)
  // The URL may have a text to search for, or a location whose logs were deleted.
  const key = chosen?.place ?? value ?? null
  const groups = groupsOf(places.data ?? [])
  const isListed = groups.some(({ items }) => items.some((each) => each.value === key))
  const current = chosen === null ? `“${value}”` : placeName(chosen.place)
  const data = key === null || isListed ? groups : [{ value: key, label: current }, ...groups]
  const is = chosen?.is ?? true
  const choose = (place: string | null) =>
    onChange(place === null ? undefined : filterOf({ is, place }))
  const field = (
    <Group gap={6} wrap="nowrap" w={label === undefined ? { base: "100%", xs: 290 } : "100%"}>
      {chosen !== null && (
        <Select
          aria-label={t`Location is or is not`}
          data={operators()}
          allowDeselect={false}
          value={is ? "is" : "not"}
          onChange={(how) => onChange(filterOf({ is: how === "is", place: chosen.place }))}
          w={90}
          flex="none"
        />
      )}
      <Select
        aria-label={t`Location`}
        placeholder={t`Anywhere`}
        data={data}
        value={key}
        onChange={choose}
        onDropdownOpen={() => setIsWanted(true)}
        limit={MOST}
        searchable
        clearable
        clearButtonProps={{ "aria-label": t`Anywhere` }}
        nothingFoundMessage={nothingWords(places)}
        error={error !== undefined}
        leftSection={<MapPin size={16} aria-hidden />}
        flex={1}
      />
    </Group>
  )
  if (label === undefined) return field
  return (
    <Input.Wrapper label={label} labelElement="div" error={error}>
      {field}
    </Input.Wrapper>
  )
}

function nothingWords({ isFetching, error }: { isFetching: boolean; error: unknown }): string {
  if (isFetching) return t`Loading…`
  return error === null ? t`No logs match this location` : t`Could not load the locations`
}
