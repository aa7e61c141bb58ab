import { t } from "@lingui/core/macro"
import { UnstyledButton } from "@mantine/core"
import type { SlotOutcome } from "@/api/employees"
import type { LogEntry } from "@/api/logs"
import { MissedReason } from "@/components/missed-reason"
import { MomentTooltip } from "@/components/moment"
import classes from "@/components/slots.module.css"
import { Thumbnail } from "@/components/thumbnail"
import { screenshotNotes } from "@/lib/screenshot-facts"
import { clockOf } from "@/lib/times"
import { placeWords, screenshotWords } from "@/lib/words"
import { bothClocksOf } from "@/lib/zones"

interface SlotsProps {
  slots: readonly SlotOutcome[]
  /** Test logs of the day, which do not count as one of its two logs. */
  tests: readonly LogEntry[]
  /** The zone of the device, if it is known. */
  zone: string | null
  /** Why the agent takes no log at the moment; null when it may. */
  holds: string | null
  /** Whether the device sent no heartbeat on that day. */
  silent: boolean
  onOpen: (logId: string) => void
}

/** Both logs of a day, or why they are missing. */
export function Slots({ zone, slots, tests, holds, silent, onOpen }: SlotsProps) {
  return (
    <div className={classes.slots}>
      {slots.map(({ slot, outcome, log, reason, awake_from, awake_until }) =>
        log === null ? (
          <div key={slot} className={classes.slot} data-empty="true">
            <div>
              <div className={classes.slotName}>{t`Log ${slot} of 2`}</div>
              {outcome === "missed" ? (
                <>
                  {t`No log.`}{" "}
                  <MissedReason reason={reason} from={awake_from} until={awake_until} zone={zone} />
                </>
              ) : (
                outcomeWords(outcome, { holds, silent })
              )}
            </div>
          </div>
        ) : (
          <Filled key={slot} name={t`Log ${slot} of 2`} log={log} onOpen={onOpen} />
        ),
      )}
      {tests.map((log) => (
        <Filled
          key={log.log_id}
          name={t`Test log, deleted after 24 hours`}
          log={log}
          onOpen={onOpen}
        />
      ))}
    </div>
  )
}

interface FilledProps extends Pick<SlotsProps, "onOpen"> {
  name: string
  log: LogEntry
}

function Filled({ name, log, onOpen }: FilledProps) {
  const { log_id: id, timestamp } = log
  return (
    <div className={classes.slot}>
      <Thumbnail url={log.thumbnail_url} />
      <div>
        <div className={classes.slotName}>{name}</div>
        {timestamp !== null && (
          <MomentTooltip at={timestamp} zone={log.time_zone}>
            <UnstyledButton
              className={classes.open}
              aria-label={openWords(log.slot, bothClocksOf(timestamp, log.time_zone))}
              onClick={() => id !== null && onOpen(id)}
            >
              <time dateTime={timestamp}>{clockOf(timestamp)}</time>
            </UnstyledButton>
          </MomentTooltip>
        )}
        <div className={classes.quiet}>
          {log.location === null
            ? (log.absent.location ?? t`location unknown`)
            : placeWords(log.location)}
        </div>
        <div className={classes.quiet}>{log.local_ip}</div>
        <div className={classes.quiet}>{log.public_ip}</div>
        {log.screenshot_url === null && (
          <div className={classes.quiet}>{screenshotWords(log.screenshot_status)}</div>
        )}
        {screenshotNotes(log.screenshot).map((note) => (
          <div key={note} className={classes.quiet}>
            {note}
          </div>
        ))}
      </div>
    </div>
  )
}

function openWords(slot: number, time: string): string {
  return slot === 0 ? t`Open test log of ${time}` : t`Open log ${slot} of ${time}`
}

function outcomeWords(
  outcome: SlotOutcome["outcome"],
  why: Pick<SlotsProps, "holds" | "silent">,
): string {
  switch (outcome) {
    case "weekend":
      return t`Weekend: no log is expected.`
    case "day_off":
      return t`Day off: no log is expected.`
    case "open":
      return why.holds === null
        ? t`Not taken yet. The time is random.`
        : t`Not taken yet, because ${{ holds: why.holds }}.`
    default:
      return why.silent
        ? t`No log: the device sent nothing on this day.`
        : t`No log. The device gave no reason.`
  }
}
