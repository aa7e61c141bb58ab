// biome-ignore-all lint/a11y/useSemanticElements: rows out of sight are not in the page, and a grid is no table to a browser.
import { memo } from "react"
import { keyOfTitle } from "@/lib/title-of"
import type { Column } from "./presence-columns"
import classes from "./presence-table.module.css"
import type { PlacedRow } from "./row-window"

interface RowProps extends PlacedRow {
  columns: readonly Column[]
  now: number
}

/** An employee with a device or the number of devices, or one of several devices. */
export const PresenceTableRow = memo(function PresenceTableRow(props: RowProps) {
  const { columns, line, index, top, height, now } = props
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
      {columns.map(({ title, narrow, cell }) => (
        <span key={keyOfTitle(title)} role="cell" className={classes.cell} data-narrow={narrow}>
          {cell({ line, now })}
        </span>
      ))}
    </div>
  )
})
