import { msg, t } from "@lingui/core/macro"
import { Text } from "@mantine/core"
import type { AttendanceDay, EmployeeAttendance } from "@/api/attendance"
import classes from "@/components/activity-month.module.css"
import { type Column, DataTable } from "@/components/data-table"
import { days as dayCount, logs } from "@/lib/counts"
import { type DayKind, dayKindLetter, dayKindWords } from "@/lib/day-kinds"
import { dayName, daysOf, spanOf } from "@/lib/times"
import { clockThere, zoneWords } from "@/lib/zones"

const KINDS: Record<NonNullable<AttendanceDay["kind"]>, DayKind> = {
  working: "w",
  day_off: "o",
  holiday: "h",
  leave: "l",
}
const HOUR = 3600
// Two, four and seven hours. More tones would look alike.
const TONES = [0, 2 * HOUR, 4 * HOUR, 7 * HOUR]
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "short", timeZone: "UTC" })
const MONDAY = Date.UTC(2026, 10, 23)
const DAY_MS = 86_400_000

const COLUMNS: readonly Column<AttendanceDay>[] = [
  { title: msg`Day`, cell: (day) => dayName(day.day), isName: true },
  { title: msg`Planned`, cell: (day) => (day.kind === null ? "" : dayKindWords(KINDS[day.kind])) },
  { title: msg`First seen`, cell: (day) => clock(day.first_seen, day.zone) },
  { title: msg`Last seen`, cell: (day) => clock(day.last_seen, day.zone) },
  { title: msg`With heartbeats`, cell: (day) => span(day) },
  { title: msg`Logs taken`, cell: (day) => day.logs || "" },
]

/** The month of one employee at a glance, with a table beneath that says the same in words. */
export function ActivityMonth({ row }: { row: EmployeeAttendance }) {
  const zones = [...new Set(row.days.flatMap(({ zone }) => (zone === null ? [] : [zone])))]
  const places = zones.map(zoneWords).join(", ")
  return (
    <>
      <Sums row={row} />
      <Heatmap days={row.days} />
      {zones.length > 0 && (
        <Text size="sm" c="dimmed" mb="sm">
          {t`Days and times are those of the employee: ${places}.`}
        </Text>
      )}
      <DataTable
        label={t`Device activity by day`}
        columns={COLUMNS}
        rows={row.days}
        keyOf={(day) => day.day}
      />
    </>
  )
}

function Sums({ row }: { row: EmployeeAttendance }) {
  const sums = [
    { name: t`All days shown`, sum: row.total },
    ...row.weeks.map((sum) => ({ name: daysOf(sum.first, sum.last), sum })),
  ]
  return (
    <ul className={classes.sums} aria-label={t`Sums`}>
      {sums.map(({ name, sum }) => (
        <li key={name}>
          <span className={classes.name}>{name}</span>
          <strong>{sum.seconds === 0 ? t`none` : spanOf(rounded(sum.seconds))}</strong>
          <span className={classes.name}>
            {dayCount(sum.days)}, {logs(sum.logs)}
          </span>
        </li>
      ))}
    </ul>
  )
}

/** Hidden from screen readers, which have the table. */
function Heatmap({ days }: { days: readonly AttendanceDay[] }) {
  const first = days[0]
  const before = first === undefined ? 0 : (new Date(`${first.day}T00:00:00Z`).getUTCDay() + 6) % 7
  return (
    <div className={classes.map} aria-hidden>
      {[0, 1, 2, 3, 4, 5, 6].map((day) => (
        <span key={day} className={classes.weekday}>
          {weekday.format(MONDAY + day * DAY_MS)}
        </span>
      ))}
      {days.map((day, index) => (
        <span
          key={day.day}
          className={classes.cell}
          data-tone={toneOf(day)}
          style={index === 0 ? { gridColumnStart: before + 1 } : undefined}
        >
          <span className={classes.head}>
            <b>{Number(day.day.slice(8))}</b>
            <KindLetter day={day} />
          </span>
          <span className={classes.span}>{shortSpan(day)}</span>
        </span>
      ))}
    </div>
  )
}

/** A strip of days in one line, for lists of employees. */
export function ActivityStrip({ days }: { days: readonly AttendanceDay[] }) {
  return (
    <span className={classes.strip} aria-hidden>
      {days.map((day) => (
        <span key={day.day} data-tone={toneOf(day)} title={`${dayName(day.day)}: ${span(day)}`}>
          <KindLetter day={day} />
        </span>
      ))}
    </span>
  )
}

function KindLetter({ day }: { day: AttendanceDay }) {
  if (day.kind === null || day.kind === "working") return null
  return <i>{dayKindLetter(KINDS[day.kind])}</i>
}

/** Return 0 for a day without heartbeats, else 1 to 4. */
const toneOf = (day: AttendanceDay) =>
  day.first_seen === null ? 0 : TONES.filter((least) => day.seconds >= least).length

const clock = (moment: string | null, zone: string | null) =>
  moment === null ? "" : clockThere(moment, zone)

/** In minutes: heartbeats are minutes apart. */
const rounded = (seconds: number) => Math.round(seconds / 60) * 60

export function span(day: AttendanceDay): string {
  if (day.first_seen === null) return ""
  return day.seconds < 60 ? t`under 1 min` : spanOf(rounded(day.seconds))
}

function shortSpan(day: AttendanceDay): string {
  if (day.first_seen === null) return ""
  const minutes = Math.round(day.seconds / 60)
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`
}
