/** Which rows of the table are rendered: those in sight, and some around them. */
import { useEffect, useMemo, useReducer, useRef } from "react"
import type { Line } from "./selection"

const ROW_HEIGHT = 60
const DEVICE_HEIGHT = 44
/** Rows rendered above and below those in sight. */
const AROUND = 8

export interface PlacedRow {
  line: Line
  index: number
  top: number
  height: number
}

export interface RowPlaces {
  /** The top of each row, and the end of the last one. */
  tops: readonly number[]
  lines: readonly Line[]
}

export function placesOf(lines: readonly Line[]): RowPlaces {
  const tops = [0]
  let end = 0
  for (const { isBelow } of lines) {
    end += isBelow ? DEVICE_HEIGHT : ROW_HEIGHT
    tops.push(end)
  }
  return { tops, lines }
}

export const heightOf = ({ tops }: RowPlaces): number => tops.at(-1) ?? 0

/** Return the rows from *top* to *bottom*, in pixels, and *around* more on both sides. */
export function rowsBetween(
  { tops, lines }: RowPlaces,
  top: number,
  bottom: number,
  around = AROUND,
): PlacedRow[] {
  const first = Math.max(0, indexAt(tops, top) - around)
  const last = Math.min(lines.length, indexAt(tops, bottom) + 1 + around)
  return lines.slice(first, last).map((line, offset) => {
    const index = first + offset
    const start = tops[index] ?? 0
    return { line, index, top: start, height: (tops[index + 1] ?? start) - start }
  })
}

/** Return the row at *y*: the last one that begins there or above. */
function indexAt(tops: readonly number[], y: number): number {
  let [low, high] = [0, tops.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((tops[middle] ?? 0) <= y) low = middle
    else high = middle - 1
  }
  return low
}

/** Return the rows of *lines* that are in sight in a window that scrolls, and how to show one of them. */
export function useRowWindow(lines: readonly Line[]) {
  const body = useRef<HTMLDivElement>(null)
  const places = useMemo(() => placesOf(lines), [lines])
  const [, render] = useReducer((count: number) => count + 1, 0)
  useEffect(() => {
    // Again after the first layout, which knows where the table begins.
    render()
    const options = { passive: true }
    window.addEventListener("scroll", render, options)
    window.addEventListener("resize", render, options)
    return () => {
      window.removeEventListener("scroll", render)
      window.removeEventListener("resize", render)
    }
  }, [])
  const top = -(body.current?.getBoundingClientRect().top ?? 0)
  const show = (index: number) => scrollTo(places, index, top)
  const rows = rowsBetween(places, Math.max(0, top), Math.max(0, top + window.innerHeight))
  return { body, rows, height: heightOf(places), show }
}

/** Scroll as little as shows the row *index*, with a row around it: the heading covers the first. */
function scrollTo({ tops }: RowPlaces, index: number, top: number): void {
  const from = (tops[index] ?? 0) - 2 * ROW_HEIGHT
  const to = (tops[index + 1] ?? 0) + ROW_HEIGHT
  const beyond = to - top - window.innerHeight
  if (from < top) window.scrollTo({ top: window.scrollY + from - top })
  else if (beyond > 0) window.scrollTo({ top: window.scrollY + beyond })
}
