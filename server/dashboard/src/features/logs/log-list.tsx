import { Title } from "@mantine/core"
import { useDeferredValue } from "react"
import type { LogEntry } from "@/api/logs"
import { rowKeys } from "@/lib/row-keys"
import { dayName } from "@/lib/times"
import { LogRow } from "./log-row"
import classes from "./logs.module.css"

// As many as fit on a screen.
const FIRST = 12

interface LogListProps {
  rows: readonly LogEntry[]
  /** The active filters, always visible next to the day. */
  about: string
}

/** Logs grouped by day. Arrow keys move between them, Enter opens one. */
export function LogList({ rows: all, about }: LogListProps) {
  // Rows below the fold are rendered after the first ones are painted.
  const rows = useDeferredValue(all, all.slice(0, FIRST))
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the links inside take the keyboard.
    <div onKeyDown={rowKeys}>
      {[...byDay(rows)].map(([day, logs]) => (
        <section key={day} className={classes.day} aria-label={dayName(day)}>
          <div className={classes.dayHead}>
            <Title order={2} size="h3">
              {dayName(day)}
            </Title>
            {about !== "" && <span className={classes.about}>{about}</span>}
          </div>
          <ul className={classes.list}>
            {logs.map((log) => (
              <LogRow key={keyOf(log)} log={log} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

const keyOf = (log: LogEntry) => log.log_id ?? `${log.workday}/${log.agent_id}/${log.slot}`

function byDay(rows: readonly LogEntry[]): Map<string, LogEntry[]> {
  const days = new Map<string, LogEntry[]>()
  for (const row of rows) days.set(row.workday, [...(days.get(row.workday) ?? []), row])
  return days
}
