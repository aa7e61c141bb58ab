import type { ReactNode } from "react"
import classes from "@/components/beside.module.css"

interface BesideProps {
  /** What stands at the right, and below on narrow screens. */
  aside: ReactNode
  children: ReactNode
}

/** The large part of a page, and a slim one beside it. */
export function Beside({ aside, children }: BesideProps) {
  return (
    <div className={classes.columns}>
      <div className={classes.column}>{children}</div>
      <div className={classes.column}>{aside}</div>
    </div>
  )
}
