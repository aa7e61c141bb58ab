/** Paints the rows in sight into the skeleton of index.html, before React is loaded. */
import { readEarlySnapshot, type Snapshot } from "@/api/early-snapshot"
import { plainNodes } from "@/lib/plain-nodes"
import { titleOf } from "@/lib/title-of"
import { COLUMNS } from "./presence-columns"
import { PresenceTableRow } from "./presence-table-row"
import { heightOf, placesOf, rowsBetween } from "./row-window"
import { linesOf, ordered } from "./selection"
import { TableFrame } from "./table-frame"

/** Paint the first rows of the page without filters; resolves when they are painted. */
export async function paintFirstRows(): Promise<void> {
  const skeleton = document.getElementById("first")
  if (location.pathname !== "/" || location.search !== "" || skeleton === null) return
  const snapshot = await readEarlySnapshot()
  if (snapshot === undefined || snapshot.rows.length === 0) return
  const place = skeleton.querySelector("i:last-child")
  const space = window.innerHeight - (place?.getBoundingClientRect().top ?? 0)
  place?.replaceWith(...plainNodes(<FirstRows {...snapshot} space={space} />))
  // It is more than the sign of a page that loads.
  skeleton.removeAttribute("role")
  skeleton.removeAttribute("aria-label")
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
}

function FirstRows({ rows, offsetMs, space }: Snapshot & { space: number }) {
  // The employees' own times come with React: a format of each time zone takes milliseconds.
  const inMyZone = rows.map((row) => ({ ...row, time_zone: null }))
  const places = placesOf(linesOf(ordered(inMyZone, "state", false)))
  const now = Date.now() + offsetMs
  return (
    <TableFrame
      columns={COLUMNS}
      count={places.lines.length}
      height={heightOf(places)}
      heading={({ title }) => titleOf(title)}
    >
      {rowsBetween(places, 0, space, 0).map((row) => (
        <PresenceTableRow key={row.line.key} {...row} columns={COLUMNS} now={now} />
      ))}
    </TableFrame>
  )
}
