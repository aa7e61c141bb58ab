import { t } from "@lingui/core/macro"
import { Trans } from "@lingui/react/macro"
import { useMediaQuery } from "@mantine/hooks"
import type { AgentDay } from "@/api/employees"
import { Moment } from "@/components/moment"
import classes from "@/components/timeline.module.css"
import { type Line, lineOf, placeOf, ticksOf } from "@/lib/hours"
import { clockOf, spanOf } from "@/lib/times"
import { bothClocksOf, theirClockOf, theirTimeOf } from "@/lib/zones"

interface TimelineProps {
  day: AgentDay
  from: string
  to: string
  zone: string
}

const TOP = 26
const HEIGHT = 30
const percent = (share: number) => `${(share * 100).toFixed(3)}%`

/** The presence of a day as a line: with heartbeats, without, and both logs. */
export function Timeline({ day, from, to, zone }: TimelineProps) {
  const narrow = useMediaQuery("(max-width: 48em)") ?? false
  const logs = day.slots.flatMap(({ slot, log }) =>
    log?.timestamp == null ? [] : [{ slot, at: log.timestamp }],
  )
  const line = lineOf(
    from,
    to,
    day.segments,
    logs.map((log) => log.at),
  )
  const ticks = ticksOf(line, narrow ? 4 : 2)
  return (
    <figure className={classes.figure}>
      <svg className={classes.line} role="img" aria-label={descriptionOf(day, logs)} height={84}>
        <rect className={classes.track} x="0" y={TOP} width="100%" height={HEIGHT} rx="6" />
        {day.segments.map((segment) => (
          <Stretch key={segment.from} segment={segment} line={line} zone={day.time_zone} />
        ))}
        {ticks.map((ms) => (
          <Tick key={ms} ms={ms} line={line} />
        ))}
        {logs.map(({ slot, at }) => (
          <Pin key={slot} slot={slot} x={percent(placeOf(Date.parse(at), line))} />
        ))}
      </svg>
      <figcaption className={classes.caption}>
        {day.heartbeats.length === 0 ? (
          t`No heartbeats on this day.`
        ) : (
          <span>
            <Summary day={day} />
          </span>
        )}
        <span className={classes.legend}>
          <span data-kind="on">{t`heartbeats`}</span>
          <span data-kind="silent">{t`no heartbeats`}</span>
          <span data-kind="log">{t`log`}</span>
          {zone !== Intl.DateTimeFormat().resolvedOptions().timeZone && (
            <span>{t`day boundaries in ${zone}`}</span>
          )}
        </span>
      </figcaption>
    </figure>
  )
}

interface StretchProps {
  segment: AgentDay["segments"][number]
  line: Line
  zone: string | null
}

function Stretch({ segment, line, zone }: StretchProps) {
  const start = placeOf(Date.parse(segment.from), line)
  const end = placeOf(Date.parse(segment.to), line)
  const words = segment.status ?? t`no heartbeat`
  return (
    <rect
      className={segment.status === null ? classes.silent : classes.on}
      data-other={segment.status !== null && segment.status !== "online"}
      x={percent(start)}
      y={TOP}
      width={percent(end - start)}
      height={HEIGHT}
    >
      <title>{`${spanWords(segment, zone)}: ${words}`}</title>
    </rect>
  )
}

function Tick({ ms, line }: { ms: number; line: Line }) {
  const share = placeOf(ms, line)
  const anchor = share === 0 ? "start" : share === 1 ? "end" : "middle"
  return (
    <>
      <line
        className={classes.tick}
        x1={percent(share)}
        x2={percent(share)}
        y1={TOP + HEIGHT}
        y2={TOP + HEIGHT + 5}
      />
      <text className={classes.hour} x={percent(share)} y={TOP + HEIGHT + 20} textAnchor={anchor}>
        {clockOf(new Date(ms).toISOString())}
      </text>
    </>
  )
}

function Pin({ slot, x }: { slot: number; x: string }) {
  return (
    <>
      <line className={classes.pinLine} x1={x} x2={x} y1="18" y2={TOP + HEIGHT} />
      <circle className={classes.pin} cx={x} cy="11" r="9" />
      <text className={classes.pinText} x={x} y="15" textAnchor="middle">
        {slot}
      </text>
    </>
  )
}

/** How long the device was online, with its first and last heartbeat. */
function Summary({ day }: { day: AgentDay }) {
  const [first, last] = [day.heartbeats[0], day.heartbeats.at(-1)]
  const span = <strong>{spanOf(day.online_seconds)}</strong>
  if (first === undefined || last === undefined) return <Trans>{span} online</Trans>
  const clock = ({ at }: { at: string }) => (
    <Moment at={at} zone={day.time_zone}>
      {clockOf(at)}
    </Moment>
  )
  const [start, end] = [clock(first), clock(last)]
  return (
    <Trans>
      {span} online, first heartbeat {start}, last {end}
    </Trans>
  )
}

function rangeWords(day: AgentDay): string {
  const [first, last] = [day.heartbeats[0], day.heartbeats.at(-1)]
  if (first === undefined || last === undefined) return ""
  const start = bothClocksOf(first.at, day.time_zone)
  const end = bothClocksOf(last.at, day.time_zone)
  return t`first heartbeat ${start}, last ${end}`
}

function spanWords({ from, to }: { from: string; to: string }, zone: string | null): string {
  const here = `${clockOf(from)} – ${clockOf(to)}`
  const [since, until] = [theirClockOf(from, zone), theirTimeOf(to, zone)]
  return since === null || until === null ? here : `${here} (${since} – ${until})`
}

function descriptionOf(day: AgentDay, logs: readonly { slot: number; at: string }[]): string {
  const pins = logs.map(({ slot, at }) => {
    const time = bothClocksOf(at, day.time_zone)
    return t`log ${slot} at ${time}`
  })
  const span = spanOf(day.online_seconds)
  return [t`Online for ${span}`, rangeWords(day), pins.join(", ")].filter(Boolean).join("; ")
}
