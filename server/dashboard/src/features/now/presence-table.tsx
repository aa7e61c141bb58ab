// biome-ignore-all lint/a11y/useSemanticElements: rows out of sight are not in the page, and a grid is no table to a browser.
import { UnstyledButton } from "@mantine/core"
import { useWindowVirtualizer } from "@tanstack/react-virtual"
import ArrowDown from "lucide-react/icons/arrow-down"
import ArrowUp from "lucide-react/icons/arrow-up"
import { type KeyboardEvent, useEffect, useRef, useState } from "react"
import { useNow } from "@/lib/use-now"
import classes from "./presence-table.module.css"
import { PresenceTableRow } from "./presence-table-row"
import type { Line, Sort } from "./selection"

interface PresenceTableProps {
  lines: readonly Line[]
  offsetMs: number
  sort: Sort
  turned: boolean
  onSort: (sort: Sort) => void
}

const ROW_HEIGHT = 60
const DEVICE_HEIGHT = 44
const COLUMNS: readonly { name: string; sort?: Sort; narrow?: boolean }[] = [
  { name: "Employee", sort: "name", narrow: true },
  { name: "State", sort: "state", narrow: true },
  { name: "Last seen", sort: "seen" },
  { name: "Logs today", sort: "logs" },
  { name: "Teams" },
  { name: "Agent" },
]
const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }

/** The people found; only the rows in sight are in the page. Arrow keys go from row to row. */
export function PresenceTable({ lines, offsetMs, sort, turned, onSort }: PresenceTableProps) {
  const body = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const now = useNow(15_000) + offsetMs
  useEffect(() => setTop(body.current?.offsetTop ?? 0), [])
  const rows = useWindowVirtualizer({
    count: lines.length,
    estimateSize: (index) => (lines[index]?.isBelow ? DEVICE_HEIGHT : ROW_HEIGHT),
    overscan: 8,
    scrollMargin: top,
    getItemKey: (index) => lines[index]?.key ?? index,
  })
  const go = (event: KeyboardEvent<HTMLDivElement>) => {
    const from = indexOf(document.activeElement)
    const to = from === null ? null : targetOf(event.key, from, lines.length)
    if (to === null) return
    event.preventDefault()
    rows.scrollToIndex(to)
    requestAnimationFrame(() => linkOf(body.current, to)?.focus({ preventScroll: true }))
  }
  return (
    <div
      role="table"
      aria-label="Employees and their devices"
      aria-rowcount={lines.length + 1}
      className={classes.table}
      onKeyDown={go}
    >
      <div role="row" tabIndex={-1} aria-rowindex={1} className={classes.head}>
        {COLUMNS.map((column) => (
          <span
            key={column.name}
            role="columnheader"
            tabIndex={-1}
            className={classes.cell}
            data-narrow={column.narrow}
            aria-sort={column.sort !== sort ? undefined : turned ? "descending" : "ascending"}
          >
            <Heading column={column} sort={sort} turned={turned} onSort={onSort} />
          </span>
        ))}
      </div>
      <div ref={body} role="rowgroup" style={{ height: rows.getTotalSize(), position: "relative" }}>
        {rows.getVirtualItems().map(({ index, start, size, key }) => {
          const each = lines[index]
          return (
            each && (
              <PresenceTableRow
                key={key}
                line={each}
                index={index}
                top={start - top}
                height={size}
                now={now}
              />
            )
          )
        })}
      </div>
    </div>
  )
}

interface HeadingProps {
  column: (typeof COLUMNS)[number]
  sort: Sort
  turned: boolean
  onSort: (sort: Sort) => void
}

function Heading({ column, sort, turned, onSort }: HeadingProps) {
  const by = column.sort
  if (by === undefined) return column.name
  const Arrow = turned ? ArrowUp : ArrowDown
  return (
    <UnstyledButton className={classes.sort} onClick={() => onSort(by)}>
      {column.name}
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
