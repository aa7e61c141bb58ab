/**
 * The columns of the table of employees. A new column is one entry here. Cells are plain elements without
 * hooks: the table handles their links and hints, and first-rows.ts shows them before React runs.
 */
import { msg, t } from "@lingui/core/macro"
import type { ReactNode } from "react"
import { timeElement } from "@/components/moment-words"
import { PersonMark } from "@/components/person-mark"
import { SlotPips } from "@/components/slot-pips"
import { StatePill } from "@/components/state-pill"
import { devices as deviceCount } from "@/lib/counts"
import { restWords } from "@/lib/rest-words"
import { agoOf } from "@/lib/times"
import type { Title } from "@/lib/title-of"
import classes from "./presence-table.module.css"
import type { Line, Sort } from "./selection"

interface CellProps {
  line: Line
  now: number
}

export interface Column {
  title: Title
  sort?: Sort
  /** Whether it is shown on narrow screens, too. */
  narrow?: boolean
  /** On wide screens, as in `grid-template-columns`. */
  width: string
  cell: (props: CellProps) => ReactNode
}

export const COLUMNS: readonly Column[] = [
  {
    title: msg`Employee`,
    sort: "name",
    narrow: true,
    width: "minmax(13rem, 2.2fr)",
    cell: Employee,
  },
  { title: msg`State`, sort: "state", narrow: true, width: "minmax(9rem, 1.1fr)", cell: State },
  { title: msg`Last seen`, sort: "seen", width: "minmax(8rem, 1fr)", cell: LastSeen },
  { title: msg`Logs today`, sort: "logs", width: "minmax(7.5rem, 0.9fr)", cell: LogsToday },
  { title: msg`Teams`, width: "minmax(7rem, 1.2fr)", cell: Teams },
  { title: msg`Agent`, width: "minmax(8rem, 1fr)", cell: Agent },
]

function Employee({ line, now }: CellProps) {
  return (
    <>
      {line.isBelow ? null : <PersonMark name={line.person.name} />}
      <Who line={line} now={now} />
    </>
  )
}

/** The name as a link to the employee's day, and below it username, device and, on narrow screens, when it was last seen. */
function Who({ line, now }: CellProps) {
  const { person, device, isBelow } = line
  const what =
    device === null ? deviceCount(person.devices.length) : device.hostname || t`No device yet`
  return (
    <span className={classes.who}>
      <a href={`/employees/${person.employeeId}`} className={classes.name}>
        {isBelow ? what : person.name}
      </a>
      <span className={classes.host}>
        {deviceOf(line).last_seen !== null && (
          <span className={classes.onlyNarrow}>
            <LastSeen line={line} now={now} />
            {!isBelow && " · "}
          </span>
        )}
        {!isBelow && person.name !== person.username && `${person.username} · `}
        {!isBelow && what}
      </span>
    </span>
  )
}

function State({ line }: CellProps) {
  const { person, device, isBelow } = line
  return (
    <>
      <StatePill state={isBelow ? deviceOf(line).state : person.state} />
      {device !== null && device.attention.length > 0 && <Attention sentences={device.attention} />}
    </>
  )
}

function LastSeen({ line, now }: CellProps) {
  const { last_seen: at, time_zone: zone } = deviceOf(line)
  if (at === null) return <span className={classes.quiet}>–</span>
  return timeElement(at, zone, agoOf(at, now))
}

/** The number of today's logs, or why none is expected. */
function LogsToday({ line: { person, device } }: CellProps) {
  const devices = device === null ? person.devices : [device]
  const count = device === null ? person.logs : device.logs_today
  const [{ plan, hostname }] = person.devices
  if (count === 0 && (hostname === "" || plan === "on_leave" || plan === "left")) {
    return <span className={classes.quiet}>–</span>
  }
  if (count === 0 && plan === "day_off") {
    return <span className={classes.quiet}>{restWords("day_off")}</span>
  }
  const [rest] = devices.map((each) => each.rest)
  if (count === 0 && rest != null && devices.every((each) => each.rest !== null)) {
    return <span className={classes.quiet}>{restWords(rest)}</span>
  }
  return <SlotPips count={count} devices={devices.length} />
}

function Teams({ line: { person, isBelow } }: CellProps) {
  const names = person.teams.join(", ")
  return (
    <span className={classes.cut} title={names}>
      {!isBelow && (names || <span className={classes.quiet}>–</span>)}
    </span>
  )
}

function Agent({ line: { device } }: CellProps) {
  if (device === null) return null
  const { agent_version, platform } = device
  return (
    <span className={`${classes.quiet} ${classes.cut}`} title={platform}>
      {[agent_version, systemOf(platform)].filter(Boolean).join(" · ")}
    </span>
  )
}

function Attention({ sentences }: { sentences: readonly string[] }) {
  return (
    <span className={classes.attention} role="img" aria-label={sentences.join(" ")} data-hint>
      <svg className={classes.warning} viewBox="0 0 24 24" aria-hidden="true">
        <path d="M12 3.5 2.5 20h19z M12 9.5v4.5 M12 17h.01" />
      </svg>
    </span>
  )
}

/** The device of a line; of several the most recently seen. */
export const deviceOf = ({ person, device }: Line) => device ?? person.devices[0]

/** Return the operating system: `Windows` for `Windows-11-10.0.26100-AMD64`. */
function systemOf(platform: string): string {
  return platform.split("-")[0] ?? platform
}
