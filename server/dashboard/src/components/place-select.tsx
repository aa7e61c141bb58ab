import { Group, Input, Select } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import MapPin from "lucide-react/icons/map-pin"
import { useState } from "react"
import { placesQuery } from "@/api/logs"
import { choiceOf, filterOf, groupsOf, placeName } from "@/lib/place-filter"

interface PlaceSelectProps {
  value: string | undefined
  onChange: (place: string | undefined) => void
  /** Seen above the field; without one it is only read out. */
  label?: string
  error?: string | undefined
}

const MOST = 100
const HOW = [
  { value: "is", label: "is" },
  { value: "not", label: "is not" },
]

/** A country or a city on record, or every place but that. */
export function PlaceSelect({ value, onChange, label, error }: PlaceSelectProps) {
  // Who asks for places is on record: they are asked for when somebody wants to choose.
  const [isWanted, setIsWanted] = useState(false)
  const places = useQuery({ ...placesQuery, enabled: isWanted })
  const chosen = choiceOf(value)
  // An address may hold a text to search for, or a place of which no log is left.
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
          aria-label="Place is or is not"
          data={HOW}
          allowDeselect={false}
          value={is ? "is" : "not"}
          onChange={(how) => onChange(filterOf({ is: how === "is", place: chosen.place }))}
          w={90}
          flex="none"
        />
      )}
      <Select
        aria-label="Place"
        placeholder="Anywhere"
        data={data}
        value={key}
        onChange={choose}
        onDropdownOpen={() => setIsWanted(true)}
        limit={MOST}
        searchable
        clearable
        clearButtonProps={{ "aria-label": "Anywhere" }}
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
  if (isFetching) return "Loading…"
  return error === null ? "No logs match this place" : "Could not load the places"
}
