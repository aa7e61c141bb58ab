import { Text } from "@mantine/core"
import type { ReactNode } from "react"
import type { LogDetail } from "@/api/logs"
import { Facts } from "@/components/facts"
import classes from "@/components/log-facts.module.css"
import { Moment } from "@/components/moment"
import { PlaceMap } from "@/components/place-map"
import { furtherOf, pictureFacts } from "@/lib/picture"
import { shortOf, spanOf } from "@/lib/times"
import { placeWords } from "@/lib/words"

const LATE_SECONDS = 60

/** Everything that a log says, and for what it does not say the reason. */
export function LogFacts({ log }: { log: LogDetail }) {
  const { location } = log
  const or = (value: ReactNode | null, fact: string) =>
    value ?? <Absent reason={log.absent[fact]} />
  return (
    <div>
      <Facts
        rows={[
          ["Employee", log.username],
          ["Device", log.hostname],
          ["Taken", log.timestamp && <Taken log={log} at={log.timestamp} />],
          ["Time zone", or(log.time_zone, "time_zone")],
          ["Local address", or(log.local_ip, "local_ip")],
          ["Public address", or(log.public_ip, "public_ip")],
          ["Place", or(location && placeWords(location), "location")],
          ...pictureFacts(log.screenshot_status, log.screenshot),
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
      <More title="More about the screenshot" content={furtherOf(log.screenshot)} />
      <More title="From other plugins" content={log.extra} />
    </div>
  )
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
          arrived {spanOf(late)} later
        </Text>
      )}
    </>
  )
}

function Absent({ reason }: { reason: string | undefined }) {
  return <span className={classes.absent}>{reason ?? "unknown"}</span>
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
