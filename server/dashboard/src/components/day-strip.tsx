import { t } from "@lingui/core/macro"
import { ActionIcon, UnstyledButton } from "@mantine/core"
import ChevronLeft from "lucide-react/icons/chevron-left"
import ChevronRight from "lucide-react/icons/chevron-right"
import { useEffect, useRef } from "react"
import type { DaySummary } from "@/api/employees"
import classes from "@/components/day-strip.module.css"
import { heartbeats, logs } from "@/lib/counts"
import { daysBefore, daysFrom } from "@/lib/days"
import { dayName } from "@/lib/times"

interface DayStripProps {
  days: readonly DaySummary[]
  oldest: string
  today: string
  chosen: string
  /** The weekdays on which logs are expected; Sunday is 0. */
  weekdays: ReadonlySet<number>
  onChoose: (day: string) => void
}

// Eight hours with a heartbeat every five minutes.
const FULL_DAY_BEATS = 96
const letter = new Intl.DateTimeFormat(undefined, { weekday: "narrow", timeZone: "UTC" })

/** The stored days: how long the device was online, and how many logs arrived. */
export function DayStrip(props: DayStripProps) {
  const { days, oldest, today, chosen, weekdays, onChoose } = props
  const byDay = new Map(days.map((day) => [day.workday, day]))
  const current = useRef<HTMLButtonElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another day is what moves the strip.
  useEffect(() => {
    current.current?.scrollIntoView({ block: "nearest", inline: "center" })
  }, [chosen])
  return (
    <nav className={classes.strip} aria-label={t`Days`}>
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={t`Previous day`}
        disabled={chosen <= oldest}
        onClick={() => onChoose(daysBefore(chosen, 1))}
      >
        <ChevronLeft size={18} aria-hidden />
      </ActionIcon>
      <div className={classes.days}>
        {daysFrom(oldest, today).map((day) => (
          <UnstyledButton
            key={day}
            ref={day === chosen ? current : null}
            className={classes.day}
            aria-current={day === chosen ? "date" : undefined}
            data-rest={isRest(day, weekdays, byDay.get(day))}
            aria-label={labelOf(day, byDay.get(day), weekdays)}
            onClick={() => onChoose(day)}
          >
            <span className={classes.letter}>{letter.format(Date.parse(day))}</span>
            <span className={classes.number}>{Number(day.slice(8))}</span>
            <Bar summary={byDay.get(day)} isRest={isRest(day, weekdays, byDay.get(day))} />
          </UnstyledButton>
        ))}
      </div>
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={t`Next day`}
        disabled={chosen >= today}
        onClick={() => onChoose(daysBefore(chosen, -1))}
      >
        <ChevronRight size={18} aria-hidden />
      </ActionIcon>
    </nav>
  )
}

interface BarProps {
  summary: DaySummary | undefined
  isRest: boolean
}

function Bar({ summary, isRest }: BarProps) {
  const share = Math.min(1, (summary?.heartbeats ?? 0) / FULL_DAY_BEATS)
  return (
    <>
      <span className={classes.bar}>
        <span style={{ height: `${share * 100}%` }} />
      </span>
      <span className={classes.pips}>
        {!isRest &&
          [1, 2].map((slot) => <span key={slot} data-filled={slot <= (summary?.logs ?? 0)} />)}
      </span>
    </>
  )
}

/** Return whether no log arrived and none was expected. */
function isRest(
  day: string,
  weekdays: ReadonlySet<number>,
  summary: DaySummary | undefined,
): boolean {
  return (summary?.logs ?? 0) === 0 && !weekdays.has(new Date(`${day}T00:00:00Z`).getUTCDay())
}

function labelOf(
  day: string,
  summary: DaySummary | undefined,
  weekdays: ReadonlySet<number>,
): string {
  const name = dayName(day)
  return `${name}: ${[logsWords(day, summary, weekdays), heartbeatsWords(summary)].filter(Boolean).join(", ")}`
}

function logsWords(
  day: string,
  summary: DaySummary | undefined,
  weekdays: ReadonlySet<number>,
): string {
  if (isRest(day, weekdays, summary)) return t`no log expected`
  if (summary === undefined) return t`nothing`
  return logs(summary.logs)
}

function heartbeatsWords(summary: DaySummary | undefined): string {
  if (summary === undefined) return ""
  return heartbeats(summary.heartbeats)
}
