// biome-ignore-all lint/a11y/useSemanticElements: rows out of sight are not in the page, and a grid is no table to a browser.
import { memo } from "react"
import { COLUMNS } from "./presence-columns"
import classes from "./presence-table.module.css"
import type { PlacedRow } from "./row-window"

interface RowProps extends PlacedRow {
  now: number
}

/** An employee with a device or the number of devices, or one of several devices. */
export const PresenceTableRow = memo(function PresenceTableRow(props: RowProps) {
  const { line, index, top, height, now } = props
  return (
    <div
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 2}
      data-index={index}
      data-below={line.isBelow}
      className={classes.row}
      style={{ height, transform: `translateY(${top}px)` }}
    >
      {COLUMNS.map(({ title, narrow, Cell }) => (
        <span key={title.id} role="cell" className={classes.cell} data-narrow={narrow}>
          <Cell line={line} now={now} />
        </span>
      ))}
    </div>
  )
})
