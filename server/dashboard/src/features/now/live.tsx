import { t } from "@lingui/core/macro"
import { useNow } from "@/lib/use-now"
import classes from "./live.module.css"

interface LiveProps {
  /** When the last response arrived, in milliseconds; 0 before the first. */
  updatedAt: number
  failed: boolean
}

/** How up to date the page is. */
export function Live({ updatedAt, failed }: LiveProps) {
  const now = useNow(5_000)
  const seconds = Math.max(0, Math.round((now - updatedAt) / 5_000) * 5)
  if (updatedAt === 0) return <span>{failed ? t`No data yet.` : t`Loading…`}</span>
  return (
    <span className={classes.live} data-failed={failed}>
      <span className={classes.dot} aria-hidden="true" />
      {failed
        ? t`The server does not respond. This is the last known state.`
        : seconds < 15
          ? t`Live`
          : t`Updated ${seconds} seconds ago.`}
    </span>
  )
}
