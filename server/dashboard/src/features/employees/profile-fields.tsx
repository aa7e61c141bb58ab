import { t } from "@lingui/core/macro"
import { Autocomplete, Group, MultiSelect, Select, TagsInput, TextInput } from "@mantine/core"
import { useDebouncedValue } from "@mantine/hooks"
import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { useMemo } from "react"
import { suggestionsQuery } from "@/api/employees"
import { teamsQuery } from "@/api/teams"
import { countryChoices } from "@/lib/countries"
import { EMPLOYEE_STATUSES, type EmployeeStatus, statusWords } from "@/lib/employee-status"
import { zonesWith } from "@/lib/zones"
import type { EmployeeRow } from "./employees"

/** What the dialog changes; empty texts clear a field. */
export interface Profile {
  display_name: string
  email: string
  teams: string[]
  manager: string
  time_zone: string | null
  country: string | null
  region: string
  status: EmployeeStatus
  further_usernames: string[]
}

export function profileOf(employee: EmployeeRow | null): Profile {
  return {
    display_name: employee?.display_name ?? "",
    email: employee?.email ?? "",
    teams: employee?.teams ?? [],
    manager: employee?.manager ?? "",
    time_zone: employee?.time_zone ?? null,
    country: employee?.country ?? null,
    region: employee?.region ?? "",
    status: employee?.status ?? "active",
    further_usernames: employee?.further_usernames ?? [],
  }
}

const PAUSE_MS = 150

interface ProfileFieldsProps {
  profile: Profile
  onChange: (profile: Profile) => void
}

export function ProfileFields({ profile, onChange }: ProfileFieldsProps) {
  const change = (part: Partial<Profile>) => onChange({ ...profile, ...part })
  const teams = useQuery(teamsQuery)
  return (
    <>
      <TextInput
        label={t`Display name`}
        value={profile.display_name}
        onChange={(event) => change({ display_name: event.currentTarget.value })}
      />
      <TextInput
        label={t`E-mail`}
        value={profile.email}
        onChange={(event) => change({ email: event.currentTarget.value })}
      />
      <MultiSelect
        label={t`Teams`}
        openOnFocus={false}
        data={(teams.data ?? []).map(({ name }) => name)}
        value={profile.teams}
        onChange={(names) => change({ teams: names })}
        searchable
        nothingFoundMessage={t`No teams match`}
      />
      <Manager value={profile.manager} onChange={(manager) => change({ manager })} />
      <Select
        label={t`Status`}
        openOnFocus={false}
        data={EMPLOYEE_STATUSES.map((value) => ({ value, label: statusWords(value) }))}
        value={profile.status}
        allowDeselect={false}
        onChange={(status) => status !== null && change({ status: status as EmployeeStatus })}
      />
      <Place profile={profile} onChange={change} />
      <TagsInput
        label={t`Further usernames`}
        description={t`Other names under which devices of this employee report. Press Enter after each.`}
        openOnFocus={false}
        value={profile.further_usernames}
        onChange={(further_usernames) => change({ further_usernames })}
        splitChars={[]}
        acceptValueOnBlur
      />
    </>
  )
}

function Manager({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [words] = useDebouncedValue(value.trim(), PAUSE_MS)
  const found = useQuery({ ...suggestionsQuery(words), placeholderData: keepPreviousData })
  return (
    <Autocomplete
      label={t`Manager`}
      openOnFocus={false}
      description={t`The username of an employee`}
      data={(found.data ?? []).map(({ username }) => username)}
      filter={({ options }) => options}
      value={value}
      onChange={onChange}
    />
  )
}

interface PlaceProps {
  profile: Profile
  onChange: (part: Partial<Profile>) => void
}

function Place({ profile, onChange }: PlaceProps) {
  const countries = useMemo(countryChoices, [])
  const zones = useMemo(() => zonesWith(profile.time_zone ?? "UTC"), [profile.time_zone])
  return (
    <>
      <Select
        label={t`Time zone`}
        openOnFocus={false}
        data={zones}
        value={profile.time_zone}
        searchable
        clearable
        clearButtonProps={{ "aria-label": t`Clear time zone` }}
        nothingFoundMessage={t`No time zones match`}
        limit={100}
        onChange={(time_zone) => onChange({ time_zone })}
      />
      <Group grow align="flex-start" gap="sm">
        <Select
          label={t`Country`}
          openOnFocus={false}
          data={countries}
          value={profile.country}
          searchable
          clearable
          clearButtonProps={{ "aria-label": t`Clear country` }}
          nothingFoundMessage={t`No countries match`}
          onChange={(country) => onChange({ country })}
        />
        <TextInput
          label={t`Region`}
          placeholder={t`Code of ISO 3166-2`}
          value={profile.region}
          onChange={(event) => onChange({ region: event.currentTarget.value })}
        />
      </Group>
    </>
  )
}
