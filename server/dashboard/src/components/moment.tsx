import { Tooltip, VisuallyHidden } from "@mantine/core"
import type { ReactElement, ReactNode } from "react"
import classes from "@/components/moment.module.css"
import { wholeOf } from "@/lib/times"
import { theirTimeOf } from "@/lib/zones"

interface MomentProps {
  /** As the server writes it. */
  at: string
  /** The zone of the person whose time it is, if it is known. */
  zone?: string | null | undefined
  /** What is shown; the whole of it is in the tooltip. */
  children: ReactNode
}

/**
 * A time: short in its place, whole on hover, in the viewer's zone. Where the person's own clock showed
 * another time, that is there too, for the keyboard and for screen readers as well.
 */
export function Moment({ at, zone, children }: MomentProps) {
  const theirs = theirTimeOf(at, zone)
  return (
    <MomentTooltip at={at} zone={zone}>
      {theirs === null ? (
        <time dateTime={at}>{children}</time>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what floats over it is for the keyboard too.
        <time dateTime={at} className={classes.theirs} tabIndex={0}>
          {children}
          <VisuallyHidden> ({theirs})</VisuallyHidden>
        </time>
      )}
    </MomentTooltip>
  )
}

/** The same for a *child* that takes the keyboard itself; its label says the time of the person. */
export function MomentTooltip({
  at,
  zone,
  children,
}: Omit<MomentProps, "children"> & { children: ReactElement }) {
  const theirs = theirTimeOf(at, zone)
  return (
    <Tooltip
      multiline
      events={{ hover: true, focus: true, touch: true }}
      label={
        <>
          {wholeOf(at)}
          {theirs !== null && <div>{theirs}</div>}
        </>
      }
    >
      {children}
    </Tooltip>
  )
}
