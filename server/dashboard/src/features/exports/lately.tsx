import { Skeleton, Text } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { Failed } from "@/components/failed"
import { Moment } from "@/components/moment"
import { Panel } from "@/components/panel"
import { TextLink } from "@/components/text-link"
import { actorOf } from "@/lib/actions"
import { shortOf } from "@/lib/times"
import { type AuditRow, latelyQuery } from "./exports"
import classes from "./exports.module.css"

/** The newest exports of everybody, as they are on record. */
export function Lately() {
  const lately = useQuery(latelyQuery)
  return (
    <Panel
      title="Recent exports"
      className={classes.lately ?? ""}
      aside={
        <Text size="sm" span>
          <TextLink to="/audit">Audit</TextLink>
        </Text>
      }
    >
      {lately.isPending ? (
        <Skeleton height={180} role="status" aria-label="Loading" />
      ) : lately.isError ? (
        <Failed error={lately.error} retry={() => void lately.refetch()} />
      ) : lately.data.length === 0 ? (
        <Text size="sm" c="dimmed">
          No exports yet.
        </Text>
      ) : (
        <ul className={classes.rows}>
          {lately.data.map((row) => (
            <Row key={row.audit_id} row={row} />
          ))}
        </ul>
      )}
    </Panel>
  )
}

function Row({ row }: { row: AuditRow }) {
  const people = row.employee_count === 1 ? "1 person" : `${row.employee_count} people`
  return (
    <li className={classes.row}>
      <div className={classes.rowHead}>
        <strong>{actorOf(row.actor)}</strong>
        <Moment at={row.at}>{shortOf(row.at)}</Moment>
      </div>
      <div className={classes.quiet}>
        {fileOf(row)} · {rowsOf(row)}
        {people}
      </div>
      {row.reason !== null && <div className={classes.quiet}>“{row.reason}”</div>}
    </li>
  )
}

function fileOf({ action, details }: AuditRow): string {
  if (action === "export.pdf") return "Logs, PDF"
  return details.what === "heartbeats" ? "Heartbeats, CSV" : "Logs, CSV"
}

function rowsOf({ details }: AuditRow): string {
  const rows = details.rows
  return typeof rows === "number"
    ? `${rows.toLocaleString()} ${rows === 1 ? "row" : "rows"} · `
    : ""
}
