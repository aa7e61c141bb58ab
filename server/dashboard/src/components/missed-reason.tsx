import { t } from "@lingui/core/macro"
import { Trans } from "@lingui/react/macro"
import { Moment } from "@/components/moment"
import { clockOf } from "@/lib/times"
import { missedWords } from "@/lib/words"

interface MissedReasonProps {
  reason: string | null
  /** When the device was awake on that day, if its agent reported it. */
  from: string | null | undefined
  until: string | null | undefined
  /** The zone of the device, if it is known. */
  zone: string | null | undefined
}

const LOCAL_TIME = /\b\d{1,2}:\d{2}\b/

/** Why a log is missing, with times in the viewer's zone. */
export function MissedReason({ reason, from, until, zone }: MissedReasonProps) {
  if (from == null || until == null) {
    // Older agents wrote the device's local time into the reason.
    const isLocal = LOCAL_TIME.test(reason ?? "")
    const words = missedWords(reason)
    return isLocal ? t`${words} (Local time of the device.)` : words
  }
  const clock = (at: string) => (
    <Moment at={at} zone={zone}>
      {clockOf(at)}
    </Moment>
  )
  const [start, end] = [clock(from), clock(until)]
  return (
    <>
      {missedWords(reason)}{" "}
      <Trans>
        Awake from {start} to {end}.
      </Trans>
    </>
  )
}
