import { UnstyledButton } from "@mantine/core"
import type { SlotOutcome } from "@/api/employees"
import type { LogEntry } from "@/api/logs"
import { Moment } from "@/components/moment"
import classes from "@/components/slots.module.css"
import { Thumbnail } from "@/components/thumbnail"
import { clockOf } from "@/lib/times"
import { missedWords, placeWords, screenshotWords } from "@/lib/words"

interface SlotsProps {
  slots: readonly SlotOutcome[]
  zone: string
  onOpen: (logId: string) => void
}

/** Both logs of a day, or why they did not come. */
export function Slots({ slots, zone, onOpen }: SlotsProps) {
  return (
    <div className={classes.slots}>
      {slots.map(({ slot, outcome, log, reason }) =>
        log === null ? (
          <div key={slot} className={classes.slot} data-empty="true">
            <div>
              <div className={classes.slotName}>Log {slot} of 2</div>
              {wordsOf(outcome, reason)}
            </div>
          </div>
        ) : (
          <Filled key={slot} slot={slot} log={log} zone={zone} onOpen={onOpen} />
        ),
      )}
    </div>
  )
}

interface FilledProps extends Pick<SlotsProps, "zone" | "onOpen"> {
  slot: number
  log: LogEntry
}

function Filled({ slot, log, zone, onOpen }: FilledProps) {
  const { log_id: id, timestamp } = log
  return (
    <div className={classes.slot}>
      <Thumbnail url={log.thumbnail_url} />
      <div>
        <div className={classes.slotName}>Log {slot} of 2</div>
        {timestamp !== null && (
          <UnstyledButton
            className={classes.open}
            aria-label={`Open log ${slot} of ${clockOf(timestamp)}`}
            onClick={() => id !== null && onOpen(id)}
          >
            <Moment at={timestamp} zone={zone}>
              {clockOf(timestamp)}
            </Moment>
          </UnstyledButton>
        )}
        <div className={classes.quiet}>
          {log.location === null ? (log.absent.location ?? "no place") : placeWords(log.location)}
        </div>
        <div className={classes.quiet}>{log.local_ip}</div>
        <div className={classes.quiet}>{log.public_ip}</div>
        {log.screenshot_url === null && (
          <div className={classes.quiet}>{screenshotWords(log.screenshot_status)}</div>
        )}
      </div>
    </div>
  )
}

function wordsOf(outcome: SlotOutcome["outcome"], reason: string | null): string {
  switch (outcome) {
    case "missed":
      return `It did not come. ${missedWords(reason)}`
    case "open":
      return "Still to come, at a time that nobody knows beforehand."
    default:
      return "It did not come, and the machine has not said why."
  }
}
