import { Tooltip } from "@mantine/core"
import type { ReactNode } from "react"
import { wholeIn, wholeOf } from "@/lib/times"

interface MomentProps {
  /** As the server writes it. */
  at: string
  /** The zone of the person whose time it is, if it is known. */
  zone?: string | null
  /** What is shown; the whole of it is in the tooltip. */
  children: ReactNode
}

/** A time: short in its place, whole on hover, in the viewer's zone and in the employee's. */
export function Moment({ at, zone, children }: MomentProps) {
  const theirs = zone == null ? null : `In ${zone}: ${wholeIn(at, zone)}`
  return (
    <Tooltip
      multiline
      events={{ hover: true, focus: true, touch: true }}
      label={
        <>
          {wholeOf(at)}
          {theirs !== null && (
            <>
              <br />
              {theirs}
            </>
          )}
        </>
      }
    >
      <time dateTime={at}>{children}</time>
    </Tooltip>
  )
}
