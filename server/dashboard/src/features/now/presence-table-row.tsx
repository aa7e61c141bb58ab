// biome-ignore-all lint/a11y/useSemanticElements: rows out of sight are not in the page, and a grid is no table to a browser.
import { Tooltip } from "@mantine/core"
import { Link } from "@tanstack/react-router"
import TriangleAlert from "lucide-react/icons/triangle-alert"
import { memo, type ReactNode } from "react"
import type { PresenceRow } from "@/api/presence"
import { Moment } from "@/components/moment"
import { PersonMark } from "@/components/person-mark"
import { SlotPips } from "@/components/slot-pips"
import { StatePill } from "@/components/state-pill"
import { agoOf } from "@/lib/times"
import { counted, REST_WORDS } from "@/lib/words"
import classes from "./presence-table.module.css"
import type { Line } from "./selection"

interface RowProps {
  line: Line
  index: number
  top: number
  height: number
  now: number
}

/** A person with their device or the number of them, or one of those devices. */
export const PresenceTableRow = memo(function PresenceTableRow(props: RowProps) {
  const { line, index, top, height, now } = props
  const { person, device, isBelow } = line
  const { state, last_seen: seen, time_zone: zone } = device ?? person.devices[0]
  const lastSeen = seen !== null && <LastSeen at={seen} zone={zone} now={now} />
  return (
    <div
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 2}
      data-index={index}
      data-below={isBelow}
      className={classes.row}
      style={{ height, transform: `translateY(${top}px)` }}
    >
      <Cell narrow>
        {isBelow ? null : <PersonMark name={person.username} />}
        <Who line={line} lastSeen={lastSeen} />
      </Cell>
      <Cell narrow>
        <StatePill state={state} />
        {device !== null && device.attention.length > 0 && (
          <Attention sentences={device.attention} />
        )}
      </Cell>
      <Cell>{lastSeen || <span className={classes.quiet}>–</span>}</Cell>
      <Cell>
        <LogsToday line={line} />
      </Cell>
      <Cell>
        <span className={classes.cut} title={person.teams.join(", ")}>
          {!isBelow && (person.teams.join(", ") || <span className={classes.quiet}>–</span>)}
        </span>
      </Cell>
      <Cell>{device !== null && <Agent device={device} />}</Cell>
    </div>
  )
})

interface WhoProps {
  line: Line
  lastSeen: ReactNode
}

/** The name, which leads to the person's day, and the device; on narrow screens when it was seen. */
function Who({ line: { person, device, isBelow }, lastSeen }: WhoProps) {
  const what = device?.hostname ?? counted(person.devices.length, "device")
  return (
    <span className={classes.who}>
      <Link
        to="/employees/$employeeId"
        params={{ employeeId: person.employeeId }}
        className={classes.name}
      >
        {isBelow ? what : person.username}
      </Link>
      <span className={classes.host}>
        {lastSeen && (
          <span className={classes.onlyNarrow}>
            {lastSeen}
            {!isBelow && " · "}
          </span>
        )}
        {!isBelow && what}
      </span>
    </span>
  )
}

/** How many logs of today came; where none is expected, why. */
function LogsToday({ line: { person, device } }: { line: Line }) {
  const devices = device === null ? person.devices : [device]
  const count = device === null ? person.logs : device.logs_today
  const [rest] = devices.map((each) => each.rest)
  if (count === 0 && rest != null && devices.every((each) => each.rest !== null)) {
    return <span className={classes.quiet}>{REST_WORDS[rest]}</span>
  }
  return <SlotPips count={count} devices={devices.length} />
}

function Agent({ device: { agent_version, platform } }: { device: PresenceRow }) {
  return (
    <span className={`${classes.quiet} ${classes.cut}`} title={platform}>
      {[agent_version, systemOf(platform)].filter(Boolean).join(" · ")}
    </span>
  )
}

function LastSeen({ at, zone, now }: { at: string; zone: string | null; now: number }) {
  return (
    <Moment at={at} zone={zone}>
      {agoOf(at, now)}
    </Moment>
  )
}

function Cell({ narrow, children }: { narrow?: boolean; children: ReactNode }) {
  return (
    <span role="cell" className={classes.cell} data-narrow={narrow}>
      {children}
    </span>
  )
}

function Attention({ sentences }: { sentences: readonly string[] }) {
  return (
    <Tooltip
      multiline
      maw={360}
      label={sentences.map((sentence) => <div key={sentence}>{sentence}</div>)}
    >
      <span className={classes.attention} role="img" aria-label={sentences.join(" ")}>
        <TriangleAlert size={16} aria-hidden />
      </span>
    </Tooltip>
  )
}

/** Return the name of the system: `Windows-11-10.0.26100-AMD64` is Windows. */
function systemOf(platform: string): string {
  return platform.split("-")[0] ?? platform
}
