import { t } from "@lingui/core/macro"
import { ActionIcon, Switch, TextInput } from "@mantine/core"
import Plus from "lucide-react/icons/plus"
import X from "lucide-react/icons/x"
import type { Hours, WeekHours } from "@/api/planning"
import classes from "./schedules.module.css"
import { isNight, WEEKDAYS, type Weekday, weekdayName } from "./week"

const MOST = 6
const NEW: Hours = { begin: "09:00", end: "17:00" }

interface WeekFieldsProps {
  week: WeekHours
  onChange: (week: WeekHours) => void
}

/** The working hours of each weekday. */
export function WeekFields({ week, onChange }: WeekFieldsProps) {
  return (
    <fieldset className={classes.week}>
      <legend>{t`Working hours, by the employee's clock`}</legend>
      {WEEKDAYS.map((day) => (
        <DayFields
          key={day}
          day={day}
          hours={week[day]}
          onChange={(hours) => onChange({ ...week, [day]: hours })}
        />
      ))}
    </fieldset>
  )
}

interface DayFieldsProps {
  day: Weekday
  hours: Hours[]
  onChange: (hours: Hours[]) => void
}

function DayFields({ day, hours, onChange }: DayFieldsProps) {
  const name = weekdayName(day, "long")
  const last = hours.at(-1)
  return (
    <div className={classes.day}>
      <Switch
        label={name}
        checked={hours.length > 0}
        onChange={(event) => onChange(event.currentTarget.checked ? [NEW] : [])}
      />
      <div className={classes.shifts}>
        {hours.map((each, index) => (
          <ShiftFields
            // biome-ignore lint/suspicious/noArrayIndexKey: shifts have no other identity
            key={index}
            day={name}
            hours={each}
            onChange={(changed) => onChange(hours.with(index, changed))}
            {...(hours.length > 1 && { onRemove: () => onChange(hours.toSpliced(index, 1)) })}
          />
        ))}
        {last !== undefined && isNight(last) && (
          <span className={classes.hint}>{t`Ends on the next day`}</span>
        )}
      </div>
      {hours.length > 0 && hours.length < MOST && (
        <ActionIcon
          variant="subtle"
          aria-label={t`Add hours on ${{ day: name }}`}
          onClick={() => onChange([...hours, { begin: last?.end ?? NEW.begin, end: "" }])}
        >
          <Plus size={16} aria-hidden />
        </ActionIcon>
      )}
    </div>
  )
}

interface ShiftFieldsProps {
  day: string
  hours: Hours
  onChange: (hours: Hours) => void
  onRemove?: () => void
}

function ShiftFields({ day, hours, onChange, onRemove }: ShiftFieldsProps) {
  return (
    <div className={classes.shift}>
      <TextInput
        type="time"
        size="xs"
        required
        aria-label={t`${day} from`}
        value={hours.begin}
        onChange={(event) => onChange({ ...hours, begin: event.currentTarget.value })}
      />
      <span aria-hidden>–</span>
      <TextInput
        type="time"
        size="xs"
        required
        aria-label={t`${day} to`}
        // The field has no 24:00.
        value={hours.end === "24:00" ? "00:00" : hours.end}
        onChange={(event) => {
          const end = event.currentTarget.value
          onChange({ ...hours, end: end === "00:00" ? "24:00" : end })
        }}
      />
      {onRemove !== undefined && (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t`Remove ${{ hours: `${hours.begin}–${hours.end}` }} on ${{ day }}`}
          onClick={onRemove}
        >
          <X size={16} aria-hidden />
        </ActionIcon>
      )}
    </div>
  )
}
