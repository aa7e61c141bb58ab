import { i18n, type MessageDescriptor } from "@lingui/core"
import { msg } from "@lingui/core/macro"
import classes from "./counts.module.css"

const NAMES: Record<string, MessageDescriptor> = {
  partitions_made: msg`day partitions created in advance`,
  partitions_dropped: msg`days of heartbeats or logs deleted`,
  partitions_postponed: msg`days not deleted yet because a long query uses them`,
  missed_rows_deleted: msg`missed logs deleted`,
  test_logs_deleted: msg`test logs deleted after 24 hours`,
  released_rows_deleted: msg`rows deleted after a hold ended`,
  machine_facts_deleted: msg`devices with no data left`,
  audit_rows_deleted: msg`audit entries deleted`,
  sessions_deleted: msg`ended sessions deleted`,
  login_attempts_deleted: msg`failed sign-ins deleted`,
  screenshot_days_deleted: msg`whole days of screenshots deleted`,
  screenshots_deleted: msg`screenshots deleted`,
  thumbnails_deleted: msg`thumbnails deleted`,
  orphan_files_deleted: msg`screenshot files without a log deleted`,
  rows_without_file: msg`logs whose screenshot is missing`,
}

/** What a run deleted, without zeros. */
export function Counts({ counts, none }: { counts: Record<string, number>; none: string }) {
  const shown = Object.entries(counts).filter(([, count]) => count > 0)
  if (shown.length === 0) return <p className={classes.none}>{none}</p>
  return (
    <dl className={classes.counts}>
      {shown.map(([name, count]) => (
        <div key={name}>
          <dt>{nameOf(name)}</dt>
          <dd>{count.toLocaleString()}</dd>
        </div>
      ))}
    </dl>
  )
}

function nameOf(count: string): string {
  const name = NAMES[count]
  return name === undefined ? count.replaceAll("_", " ") : i18n._(name)
}
