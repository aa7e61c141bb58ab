import { t } from "@lingui/core/macro"
import { Skeleton, Text } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { Failed } from "@/components/failed"
import { Moment } from "@/components/moment"
import { Panel } from "@/components/panel"
import { TextLink } from "@/components/text-link"
import { actorOf } from "@/lib/actions"
import { employees, rows as rowCount } from "@/lib/counts"
import { shortOf } from "@/lib/times"
import { type AuditRow, recentExportsQuery } from "./exports"
import classes from "./exports.module.css"

/** The newest exports of all users, from the audit log. */
export function RecentExports() {
  const recent = useQuery(recentExportsQuery)
  return (
    <Panel
      title={t`Recent exports`}
      className={classes.recent ?? ""}
      aside={
        <Text size="sm" span>
          <TextLink to="/audit">{t`Audit log`}</TextLink>
        </Text>
      }
    >
      {recent.isPending ? (
        <Skeleton height={180} role="status" aria-label={t`Loading`} />
      ) : recent.isError ? (
        <Failed error={recent.error} retry={() => void recent.refetch()} />
      ) : recent.data.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t`No exports yet.`}
        </Text>
      ) : (
        <ul className={classes.rows}>
          {recent.data.map((row) => (
            <Row key={row.audit_id} row={row} />
          ))}
        </ul>
      )}
    </Panel>
  )
}

function Row({ row }: { row: AuditRow }) {
  const people = employees(row.employee_count)
  return (
    <li className={classes.row}>
      <div className={classes.rowHead}>
        <strong>{actorOf(row.actor)}</strong>
        <Moment at={row.at}>{shortOf(row.at)}</Moment>
      </div>
      <div className={classes.quiet}>
        {[fileWords(row), rowsWords(row), people].filter(Boolean).join(" · ")}
      </div>
      {row.reason !== null && <div className={classes.quiet}>“{row.reason}”</div>}
    </li>
  )
}

function fileWords({ action, details }: AuditRow): string {
  if (action === "export.pdf") return t`Logs, PDF`
  return details.what === "heartbeats" ? t`Heartbeats, CSV` : t`Logs, CSV`
}

function rowsWords({ details: { rows } }: AuditRow): string {
  return typeof rows === "number" ? rowCount(rows) : ""
}
