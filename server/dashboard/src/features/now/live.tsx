import { useNow } from "@/lib/use-now"
import classes from "./live.module.css"

interface LiveProps {
  /** When the last answer came; 0 before the first. */
  updatedAt: number
  failed: boolean
}

/** Says how fresh the page is. */
export function Live({ updatedAt, failed }: LiveProps) {
  const now = useNow(5_000)
  const seconds = Math.max(0, Math.round((now - updatedAt) / 5_000) * 5)
  if (updatedAt === 0) return <span>{failed ? "No data yet." : "Loading…"}</span>
  return (
    <span className={classes.live} data-failed={failed}>
      <span className={classes.dot} aria-hidden="true" />
      {failed
        ? "The server does not respond. This is the last known state."
        : seconds < 15
          ? "Live"
          : `Up to date ${seconds} seconds ago.`}
    </span>
  )
}
