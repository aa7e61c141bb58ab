/** A time as plain elements, for rows of which a page has hundreds. */
import type { ReactNode } from "react"
import classes from "@/components/moment.module.css"
import { wholeOf } from "@/lib/times"
import { theirTimeOf } from "@/lib/zones"

type Zone = string | null | undefined

/** Return *words* as the time *at*, with the employee's local time for screen readers where it differs. */
export function timeElement(at: string, zone: Zone, words: ReactNode) {
  const theirs = theirTimeOf(at, zone)
  if (theirs === null) return <time dateTime={at}>{words}</time>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what floats over it is for the keyboard too.
    <time dateTime={at} data-zone={zone} className={classes.theirs} tabIndex={0}>
      {words}
      <span className={classes.spoken}> ({theirs})</span>
    </time>
  )
}

/** Return the full time, and the employee's where it differs: what floats over a time. */
export function wholeTime(at: string, zone: Zone): ReactNode {
  const theirs = theirTimeOf(at, zone)
  return (
    <>
      {wholeOf(at)}
      {theirs !== null && <div>{theirs}</div>}
    </>
  )
}
