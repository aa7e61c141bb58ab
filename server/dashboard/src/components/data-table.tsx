import { VisuallyHidden } from "@mantine/core"
import type { ReactNode } from "react"
import classes from "@/components/data-table.module.css"

export interface Column<Row> {
  /** The heading, on narrow screens before each cell; empty for what can be done with a row. */
  title: string
  cell: (row: Row) => ReactNode
  /** What names the row: the first column, mostly. */
  isName?: boolean
  align?: "end"
  /** What people or agents wrote, of any length and without a blank in it perhaps. */
  isText?: boolean
  /** On wide screens, so that what stands there is not broken. */
  width?: string
}

interface DataTableProps<Row> {
  /** What a screen reader calls it. */
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  keyOf: (row: Row) => string | number
}

/** A table of some hundred rows; on narrow screens each row is a card. */
export function DataTable<Row>({ label, columns, rows, keyOf }: DataTableProps<Row>) {
  return (
    <div className={classes.wrapper}>
      <table className={classes.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map(({ title, align, width }) => (
              <th key={title} scope="col" data-align={align} style={{ width }}>
                {title === "" ? <VisuallyHidden>Actions</VisuallyHidden> : title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ title, cell, isName = false, align, isText }) =>
                isName ? (
                  <th key={title} scope="row">
                    {cell(row)}
                  </th>
                ) : (
                  <td key={title} data-title={title} data-align={align} data-text={isText}>
                    {cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
