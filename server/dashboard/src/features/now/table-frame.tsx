// biome-ignore-all lint/a11y/useSemanticElements: rows out of sight are not in the page, and a grid is no table to a browser.
import { t } from "@lingui/core/macro"
import type { CSSProperties, DOMAttributes, ReactNode, Ref } from "react"
import { keyOfTitle } from "@/lib/title-of"
import type { Column } from "./presence-columns"
import classes from "./presence-table.module.css"

interface TableFrameProps extends DOMAttributes<HTMLDivElement> {
  columns: readonly Column[]
  /** How many rows there are, also those that are not rendered. */
  count: number
  /** The height of all rows, in pixels. */
  height: number
  heading: (column: Column) => ReactNode
  sortOf?: (column: Column) => "ascending" | "descending" | undefined
  body?: Ref<HTMLDivElement>
  /** The rows in sight. */
  children: ReactNode
}

/** The table of employees without its rows. No hooks, as in the rows. */
export function TableFrame(props: TableFrameProps) {
  const { columns, count, height, heading, sortOf, body, children, ...handlers } = props
  return (
    <div
      role="table"
      aria-label={t`Employees and their devices`}
      aria-rowcount={count + 1}
      className={classes.table}
      style={{ "--columns": columns.map(({ width }) => width).join(" ") } as CSSProperties}
      {...handlers}
    >
      <div role="row" tabIndex={-1} aria-rowindex={1} className={classes.head}>
        {columns.map((column) => (
          <span
            key={keyOfTitle(column.title)}
            role="columnheader"
            tabIndex={-1}
            className={classes.cell}
            data-narrow={column.narrow}
            aria-sort={sortOf?.(column)}
          >
            {heading(column)}
          </span>
        ))}
      </div>
      <div ref={body} role="rowgroup" style={{ height, position: "relative" }}>
        {children}
      </div>
    </div>
  )
}
