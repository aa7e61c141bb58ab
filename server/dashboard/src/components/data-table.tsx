import { t } from "@lingui/core/macro"
import { VisuallyHidden } from "@mantine/core"
import type { ReactNode } from "react"
import classes from "@/components/data-table.module.css"
import { keyOfTitle, type Title, titleOf } from "@/lib/title-of"

export interface Column<Row> {
  /**
   * The heading, shown before each cell on narrow screens: a message, or text of a plugin. Null for
   * the buttons of a row.
   */
  title: Title | null
  /** Needed where two columns may have the same title. */
  key?: string
  cell: (row: Row) => ReactNode
  /** The column that names the row, usually the first. */
  isName?: boolean
  align?: "end"
  /** Free text of any length, perhaps without spaces. */
  isText?: boolean
  /** A width for wide screens, so that words are not broken. */
  width?: string
}

interface DataTableProps<Row> {
  /** The label for screen readers. */
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  keyOf: (row: Row) => string | number
}

/** A table of up to some hundred rows. On narrow screens each row is a card. */
export function DataTable<Row>({ label, columns, rows, keyOf }: DataTableProps<Row>) {
  return (
    <div className={classes.wrapper}>
      <table className={classes.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map(({ title, key, align, width }) => (
              <th key={key ?? keyOfColumn(title)} scope="col" data-align={align} style={{ width }}>
                {title === null ? <VisuallyHidden>{t`Actions`}</VisuallyHidden> : titleOf(title)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ title, key, cell, isName = false, align, isText }) =>
                isName ? (
                  <th key={key ?? keyOfColumn(title)} scope="row">
                    {cell(row)}
                  </th>
                ) : (
                  <td
                    key={key ?? keyOfColumn(title)}
                    data-title={title === null ? "" : titleOf(title)}
                    data-align={align}
                    data-text={isText}
                  >
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

const keyOfColumn = (title: Title | null) => (title === null ? "actions" : keyOfTitle(title))
