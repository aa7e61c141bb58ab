import { UnstyledButton } from "@mantine/core"
import ArrowDown from "lucide-react/icons/arrow-down"
import ArrowUp from "lucide-react/icons/arrow-up"
import type { KeyboardEvent } from "react"
import { titleOf } from "@/lib/title-of"
import { useNow } from "@/lib/use-now"
import type { Column } from "./presence-columns"
import classes from "./presence-table.module.css"
import { PresenceTableRow } from "./presence-table-row"
import { RowHint, useRowHint } from "./row-hint"
import { useRowLinks } from "./row-links"
import { useRowWindow } from "./row-window"
import type { Line, Sort } from "./selection"
import { TableFrame } from "./table-frame"

interface PresenceTableProps {
  columns: readonly Column[]
  lines: readonly Line[]
  offsetMs: number
  sort: Sort
  descending: boolean
  onSort: (sort: Sort) => void
}

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }

/** The table of employees. Only visible rows are rendered. Arrow keys move between rows. */
export function PresenceTable(props: PresenceTableProps) {
  const { columns, lines, offsetMs, sort, descending, onSort } = props
  const now = useNow(15_000) + offsetMs
  const links = useRowLinks()
  const { target, close, handlers } = useRowHint()
  const { body, rows, height, show } = useRowWindow(lines)
  const go = (event: KeyboardEvent<HTMLDivElement>) => {
    const from = indexOf(document.activeElement)
    const to = from === null ? null : targetOf(event.key, from, lines.length)
    if (to === null) return
    event.preventDefault()
    show(to)
    requestAnimationFrame(() => linkOf(body.current, to)?.focus({ preventScroll: true }))
  }
  const order = descending ? "descending" : "ascending"
  return (
    <>
      <TableFrame
        columns={columns}
        count={lines.length}
        height={height}
        body={body}
        heading={(column) => <Heading {...{ column, sort, descending, onSort }} />}
        sortOf={(column) => (column.sort === sort ? order : undefined)}
        onKeyDown={go}
        {...links}
        {...handlers}
      >
        {rows.map((row) => (
          <PresenceTableRow key={row.line.key} {...row} columns={columns} now={now} />
        ))}
      </TableFrame>
      {target !== null && (
        <RowHint
          target={target}
          attention={lines[indexOf(target) ?? -1]?.device?.attention ?? []}
          onClose={close}
        />
      )}
    </>
  )
}

interface HeadingProps {
  column: Column
  sort: Sort
  descending: boolean
  onSort: (sort: Sort) => void
}

function Heading({ column, sort, descending, onSort }: HeadingProps) {
  const by = column.sort
  if (by === undefined) return titleOf(column.title)
  const Arrow = descending ? ArrowUp : ArrowDown
  return (
    <UnstyledButton className={classes.sort} onClick={() => onSort(by)}>
      {titleOf(column.title)}
      {by === sort && <Arrow size={14} aria-hidden />}
    </UnstyledButton>
  )
}

function targetOf(key: string, from: number, count: number): number | null {
  if (key === "Home") return 0
  if (key === "End") return count - 1
  const step = STEPS[key]
  return step === undefined ? null : Math.min(count - 1, Math.max(0, from + step))
}

function indexOf(element: Element | null): number | null {
  const row = element?.closest<HTMLElement>("[data-index]")
  return row?.dataset.index === undefined ? null : Number(row.dataset.index)
}

function linkOf(body: HTMLElement | null, index: number): HTMLElement | null {
  return body?.querySelector<HTMLElement>(`[data-index="${index}"] a`) ?? null
}
