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
  if (updatedAt === 0) return <span>{failed ? "Nothing is known yet." : "Asking the server…"}</span>
  return (
    <span className={classes.live} data-failed={failed}>
      <span className={classes.dot} aria-hidden="true" />
      {failed
        ? "The server does not answer; this is what it said last."
        : seconds < 15
          ? "Live: this page keeps itself up to date."
          : `Up to date ${seconds} seconds ago.`}
    </span>
  )
}
