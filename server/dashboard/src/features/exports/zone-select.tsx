import { t } from "@lingui/core/macro"
import { Select } from "@mantine/core"
import Clock from "lucide-react/icons/clock"
import { zonesWith } from "@/lib/zones"

interface ZoneSelectProps {
  value: string
  error: string | undefined
  onChange: (zone: string) => void
}

const MOST = 50

/** The time zone of the times in a file. */
export function ZoneSelect({ value, error, onChange }: ZoneSelectProps) {
  return (
    <Select
      label={t`Time zone of the file`}
      data={zonesWith(value)}
      value={value}
      onChange={(zone) => zone !== null && onChange(zone)}
      allowDeselect={false}
      searchable
      limit={MOST}
      nothingFoundMessage={t`No time zones match`}
      error={error}
      leftSection={<Clock size={16} aria-hidden />}
    />
  )
}
