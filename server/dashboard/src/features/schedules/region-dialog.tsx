import { t } from "@lingui/core/macro"
import { List, Select, Skeleton, Switch, Text } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import {
  chooseHolidays,
  holidayCountriesQuery,
  publicHolidaysQuery,
  reloadPlanning,
} from "@/api/planning"
import { Dialog } from "@/components/dialog"
import { dayName } from "@/lib/times"
import { countryWords } from "@/lib/words"
import { bodyOf, COMPANY, type Holder, HolderFields } from "./holder-fields"

/** A dialog that chooses whose public holidays hold for the company, a team or an employee. */
export function RegionDialog({ year, onClose }: { year: number; onClose: () => void }) {
  const [holder, setHolder] = useState<Holder>(COMPANY)
  const [country, setCountry] = useState<string | null>(null)
  const [region, setRegion] = useState<string | null>(null)
  const [none, setNone] = useState(false)
  const countries = useQuery(holidayCountriesQuery).data
  const regions = countries?.find((each) => each.country === country)?.regions ?? []
  const body = bodyOf(holder)
  const queryClient = useQueryClient()
  const saved = useMutation({
    mutationFn: async () => {
      const chosen = none ? { country: null } : { country, region }
      if (body !== null) await chooseHolidays({ ...body, ...chosen })
    },
    onSuccess: async () => {
      await reloadPlanning(queryClient)
      onClose()
    },
  })
  return (
    <Dialog
      title={t`Choose public holidays`}
      opened
      onClose={onClose}
      button={t`Save`}
      disabled={body === null || (!none && country === null)}
      onSubmit={() => saved.mutate()}
      busy={saved.isPending}
      error={saved.error}
    >
      <HolderFields holder={holder} onChange={setHolder} />
      <Switch
        label={t`No public holidays`}
        checked={none}
        onChange={(event) => setNone(event.currentTarget.checked)}
      />
      {!none && (
        <>
          <Select
            label={t`Country`}
            required
            searchable
            openOnFocus={false}
            nothingFoundMessage={t`No countries match`}
            data={(countries ?? [])
              .map((each) => ({ value: each.country, label: countryWords(each.country) }))
              .sort((one, other) => one.label.localeCompare(other.label))}
            value={country}
            onChange={(chosen) => {
              setCountry(chosen)
              setRegion(null)
            }}
          />
          {regions.length > 0 && (
            <Select
              label={t`Region`}
              description={t`Code of ISO 3166-2`}
              searchable
              clearable
              clearButtonProps={{ "aria-label": t`Clear region` }}
              openOnFocus={false}
              nothingFoundMessage={t`No regions match`}
              data={regions}
              value={region}
              onChange={setRegion}
            />
          )}
          {country !== null && <Holidays country={country} region={region} year={year} />}
        </>
      )}
    </Dialog>
  )
}

interface HolidaysProps {
  country: string
  region: string | null
  year: number
}

function Holidays({ country, region, year }: HolidaysProps) {
  const found = useQuery(publicHolidaysQuery(country, region, year))
  if (found.data === undefined) {
    return <Skeleton height={120} role="status" aria-label={t`Loading`} />
  }
  return (
    <section aria-label={t`Holidays of ${{ year: String(year) }}`}>
      <Text size="sm" fw={500}>{t`Holidays of ${{ year: String(year) }}`}</Text>
      <List size="sm">
        {found.data.map(({ day, name }) => (
          <List.Item key={day}>{t`${{ day: dayName(day) }}: ${{ name }}`}</List.Item>
        ))}
      </List>
    </section>
  )
}
