import { Moment } from "@/components/moment"
import { clockOf } from "@/lib/times"
import { missedWords } from "@/lib/words"

interface MissedReasonProps {
  reason: string | null
  /** When the device was awake on that day, where its agent says so. */
  from: string | null | undefined
  until: string | null | undefined
  /** The zone of the device, if it is known. */
  zone: string | null | undefined
}

const LOCAL_TIME = /\b\d{1,2}:\d{2}\b/

/** Why a log did not come, with times in the reader's zone as everywhere on the page. */
export function MissedReason({ reason, from, until, zone }: MissedReasonProps) {
  if (from == null || until == null) {
    // Agents of older versions wrote times of the device into their sentences.
    const isLocal = LOCAL_TIME.test(reason ?? "")
    return `${missedWords(reason)}${isLocal ? " (Local time of the device.)" : ""}`
  }
  const clock = (at: string) => (
    <Moment at={at} zone={zone}>
      {clockOf(at)}
    </Moment>
  )
  return (
    <>
      {missedWords(reason)} Awake from {clock(from)} to {clock(until)}.
    </>
  )
}
