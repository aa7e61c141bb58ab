// biome-ignore-all lint/a11y/useSemanticElements: rows out of sight are not in the page, and a grid is no table to a browser.
import { Tooltip } from "@mantine/core"
import { Link } from "@tanstack/react-router"
import TriangleAlert from "lucide-react/icons/triangle-alert"
import { memo } from "react"
import type { PresenceRow } from "@/api/presence"
import { Moment } from "@/components/moment"
import { PersonMark } from "@/components/person-mark"
import { SlotPips } from "@/components/slot-pips"
import { StatePill } from "@/components/state-pill"
import { agoOf } from "@/lib/times"
import classes from "./presence-table.module.css"

interface RowProps {
  row: PresenceRow
  index: number
  top: number
  height: number
  now: number
}

/** One machine and whose it is. */
export const PresenceTableRow = memo(function PresenceTableRow(props: RowProps) {
  const { row, index, top, height, now } = props
  return (
    <div
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 2}
      data-index={index}
      className={classes.row}
      style={{ height, transform: `translateY(${top}px)` }}
    >
      <Cell narrow>
        <PersonMark name={row.username} />
        <span className={classes.who}>
          <Link
            to="/employees/$employeeId"
            params={{ employeeId: row.employee_id }}
            className={classes.name}
          >
            {row.username}
          </Link>
          <span className={classes.host}>
            <span className={classes.onlyNarrow}>
              {row.last_seen !== null && (
                <>
                  <LastSeen at={row.last_seen} zone={row.time_zone} now={now} />
                  {" · "}
                </>
              )}
            </span>
            {row.hostname}
          </span>
        </span>
      </Cell>
      <Cell narrow>
        <StatePill state={row.state} />
        {row.attention.length > 0 && <Attention sentences={row.attention} />}
      </Cell>
      <Cell>
        {row.last_seen === null ? (
          <span className={classes.quiet}>–</span>
        ) : (
          <LastSeen at={row.last_seen} zone={row.time_zone} now={now} />
        )}
      </Cell>
      <Cell>
        <SlotPips count={row.logs_today} />
      </Cell>
      <Cell>
        <span className={classes.cut} title={row.teams.join(", ")}>
          {row.teams.join(", ") || <span className={classes.quiet}>–</span>}
        </span>
      </Cell>
      <Cell>
        <span className={`${classes.quiet} ${classes.cut}`} title={row.platform}>
          {[row.agent_version, systemOf(row.platform)].filter(Boolean).join(" · ")}
        </span>
      </Cell>
    </div>
  )
})

function LastSeen({ at, zone, now }: { at: string; zone: string | null; now: number }) {
  return (
    <Moment at={at} zone={zone}>
      {agoOf(at, now)}
    </Moment>
  )
}

function Cell({ narrow, children }: { narrow?: boolean; children: React.ReactNode }) {
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
