import { t } from "@lingui/core/macro"
import { Text } from "@mantine/core"
import type { ReactNode } from "react"
import type { LogDetail } from "@/api/logs"
import { Facts } from "@/components/facts"
import classes from "@/components/log-facts.module.css"
import { Moment } from "@/components/moment"
import { PlaceMap } from "@/components/place-map"
import { valueWords } from "@/lib/fact-values"
import { otherFacts, screenshotFacts } from "@/lib/screenshot-facts"
import { shortOf, spanOf } from "@/lib/times"
import { placeWords } from "@/lib/words"

const LATE_SECONDS = 60

/** All facts of a log, and the reason for each fact that is missing. */
export function LogFacts({ log }: { log: LogDetail }) {
  const { location } = log
  const or = (value: ReactNode | null, fact: string) =>
    value ?? <Absent reason={log.absent[fact]} />
  return (
    <div>
      <Facts
        rows={[
          [t`Employee`, log.username],
          [t`Device`, log.hostname],
          [t`Taken`, log.timestamp && <Taken log={log} at={log.timestamp} />],
          [t`Time zone`, or(log.time_zone, "time_zone")],
          [t`Local address`, or(log.local_ip, "local_ip")],
          [t`Public address`, or(log.public_ip, "public_ip")],
          [t`Location`, or(location && placeWords(location), "location")],
          ...screenshotFacts(log.screenshot_status, log.screenshot),
        ]}
      />
      {location?.latitude != null && location.longitude != null && (
        <PlaceMap
          latitude={location.latitude}
          longitude={location.longitude}
          accuracyKm={location.accuracy_km ?? null}
          name={placeWords(location)}
        />
      )}
      <More title={t`More about the screenshot`} content={otherFacts(log.screenshot)} />
      {log.declared.length > 0 && <DeclaredFacts facts={log.declared} />}
      <More title={t`From other plugins`} content={undeclared(log)} />
    </div>
  )
}

/** Facts of plugins. A hint says what each is, and why it is collected. */
function DeclaredFacts({ facts }: { facts: LogDetail["declared"] }) {
  return (
    <Facts
      rows={facts.map(({ column, value, missing }) => [
        column.label,
        <span
          key={column.fact}
          title={t`${{ what: column.what }}. Why it is collected: ${{ why: column.why }}.`}
        >
          {value === null ? <Absent reason={missing} /> : valueWords(column, value)}
        </span>,
      ])}
    />
  )
}

/** Return the facts of plugins that the device no longer declares. */
function undeclared({ extra, declared }: LogDetail): object {
  const known = new Set(declared.map(({ column }) => column.fact))
  const rest = Object.entries(extra).flatMap(([plugin, facts]) => {
    if (typeof facts !== "object" || facts === null) return [[plugin, facts]]
    const left = Object.entries(facts).filter(([name]) => !known.has(`${plugin}.${name}`))
    return left.length === 0 ? [] : [[plugin, Object.fromEntries(left)]]
  })
  return Object.fromEntries(rest)
}

function Taken({ log, at }: { log: LogDetail; at: string }) {
  const late = log.received_at === null ? 0 : (Date.parse(log.received_at) - Date.parse(at)) / 1000
  return (
    <>
      <Moment at={at} zone={log.time_zone}>
        {shortOf(at)}
      </Moment>
      {late > LATE_SECONDS && (
        <Text size="xs" c="dimmed">
          {lateWords(late)}
        </Text>
      )}
    </>
  )
}

function lateWords(seconds: number): string {
  const span = spanOf(seconds)
  return t`arrived ${span} later`
}

function Absent({ reason }: { reason: string | undefined }) {
  return <span className={classes.absent}>{reason ?? t`unknown`}</span>
}

function More({ title, content }: { title: string; content: object }) {
  if (Object.keys(content).length === 0) return null
  return (
    <details className={classes.more}>
      <summary>{title}</summary>
      <pre>{JSON.stringify(content, null, 2)}</pre>
    </details>
  )
}
