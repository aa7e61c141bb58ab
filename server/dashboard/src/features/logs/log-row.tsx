import { t } from "@lingui/core/macro"
import { Link } from "@tanstack/react-router"
import CalendarX from "lucide-react/icons/calendar-x"
import EyeOff from "lucide-react/icons/eye-off"
import MapPin from "lucide-react/icons/map-pin"
import MonitorOff from "lucide-react/icons/monitor-off"
import Network from "lucide-react/icons/network"
import Puzzle from "lucide-react/icons/puzzle"
import type { LogEntry } from "@/api/logs"
import { MissedReason } from "@/components/missed-reason"
import { Moment } from "@/components/moment"
import { Tag } from "@/components/tag"
import { Thumbnail } from "@/components/thumbnail"
import { jsonWords } from "@/lib/json-words"
import { screenshotNotes } from "@/lib/screenshot-facts"
import { clockOf } from "@/lib/times"
import { placeWords, screenshotWords } from "@/lib/words"
import classes from "./logs.module.css"

interface LogRowProps {
  log: LogEntry
}

/** One log, which opens over the page, or a missed one, which links to its day. */
export function LogRow({ log }: LogRowProps) {
  return log.log_id === null ? <Missed log={log} /> : <Taken log={log} id={log.log_id} />
}

function Taken({ log, id }: LogRowProps & { id: string }) {
  const notes = screenshotNotes(log.screenshot)
  return (
    <li className={classes.row}>
      <div className={classes.thumbnail}>
        <Thumbnail url={log.thumbnail_url} />
      </div>
      <div className={classes.text}>
        <div className={classes.first}>
          <Link
            from="/logs"
            search={(last) => ({ ...last, log: id })}
            resetScroll={false}
            className={classes.link}
            data-row
          >
            {log.username}
          </Link>
          <span className={classes.quiet}>{log.hostname}</span>
          {log.held && <Tag tone="waiting">{t`Legal hold`}</Tag>}
        </div>
        <div className={classes.details}>
          <span>
            <MapPin size={14} aria-hidden />
            {log.location === null ? (
              <span title={log.absent.location}>{t`Location unknown`}</span>
            ) : (
              placeWords(log.location)
            )}
          </span>
          <span className={classes.wide}>
            <Network size={14} aria-hidden />
            {[log.local_ip, log.public_ip].filter(Boolean).join(" · ") || t`no address`}
          </span>
          {log.screenshot_url === null && (
            <span>
              <MonitorOff size={14} aria-hidden />
              {screenshotWords(log.screenshot_status)}
            </span>
          )}
          {Object.entries(log.facts).map(([fact, value]) => (
            <span key={fact}>
              <Puzzle size={14} aria-hidden />
              {fact}: {jsonWords(value)}
            </span>
          ))}
          {notes.length > 0 && (
            <span>
              <EyeOff size={14} aria-hidden />
              {notes.join(", ")}
            </span>
          )}
        </div>
      </div>
      <div className={classes.when}>
        {log.timestamp !== null && (
          <Moment at={log.timestamp} zone={log.time_zone}>
            {clockOf(log.timestamp)}
          </Moment>
        )}
        <Slot slot={log.slot} />
      </div>
    </li>
  )
}

function Missed({ log }: { log: LogEntry }) {
  return (
    <li className={classes.row}>
      <div className={classes.thumbnail}>
        <span className={classes.noLog}>
          <CalendarX size={18} aria-hidden />
        </span>
      </div>
      <div className={classes.text}>
        <div className={classes.first}>
          <Link
            to="/employees/$employeeId"
            params={{ employeeId: log.employee_id }}
            search={{ day: log.workday }}
            className={classes.link}
            data-row
          >
            {log.username}
          </Link>
          <span className={classes.quiet}>{log.hostname}</span>
          {log.held && <Tag tone="waiting">{t`Legal hold`}</Tag>}
        </div>
        <div className={classes.details}>
          <div>
            <MissedReason
              reason={log.reason}
              from={log.awake_from}
              until={log.awake_until}
              zone={log.time_zone}
            />
          </div>
        </div>
      </div>
      <div className={classes.when}>
        <Slot slot={log.slot} />
      </div>
    </li>
  )
}

function Slot({ slot }: { slot: number }) {
  return slot === 0 ? (
    <Tag>{t`Test`}</Tag>
  ) : (
    <span className={classes.quiet}>{t`${slot} of 2`}</span>
  )
}
