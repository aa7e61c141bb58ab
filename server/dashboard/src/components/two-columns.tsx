import type { ReactNode } from "react"
import classes from "@/components/two-columns.module.css"

interface TwoColumnsProps {
  /** The column at the right; below the content on narrow screens. */
  aside: ReactNode
  children: ReactNode
}

/** A wide column, and a narrow one at its right. */
export function TwoColumns({ aside, children }: TwoColumnsProps) {
  return (
    <div className={classes.columns}>
      <div className={classes.column}>{children}</div>
      <div className={classes.column}>{aside}</div>
    </div>
  )
}
