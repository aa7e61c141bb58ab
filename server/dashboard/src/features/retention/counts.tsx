import classes from "./counts.module.css"

const NAMES: Record<string, string> = {
  partitions_made: "day partitions created in advance",
  partitions_dropped: "days of heartbeats or logs deleted",
  partitions_postponed: "days not deleted yet because a long query uses them",
  missed_rows_deleted: "missed logs deleted",
  test_logs_deleted: "test logs deleted after 24 hours",
  released_rows_deleted: "rows deleted after a hold ended",
  machine_facts_deleted: "devices with no data left",
  audit_rows_deleted: "audit entries deleted",
  sessions_deleted: "ended sessions deleted",
  login_attempts_deleted: "failed sign-ins deleted",
  screenshot_days_deleted: "whole days of screenshots deleted",
  screenshots_deleted: "screenshots deleted",
  thumbnails_deleted: "thumbnails deleted",
  orphan_files_deleted: "screenshot files without a log deleted",
  rows_without_file: "logs whose screenshot is missing",
}

/** What a run did, in words; zeros are left out. */
export function Counts({ counts }: { counts: Record<string, number> }) {
  const shown = Object.entries(counts).filter(([, count]) => count > 0)
  if (shown.length === 0) return <p className={classes.none}>Nothing was old enough.</p>
  return (
    <dl className={classes.counts}>
      {shown.map(([name, count]) => (
        <div key={name}>
          <dt>{NAMES[name] ?? name.replaceAll("_", " ")}</dt>
          <dd>{count.toLocaleString()}</dd>
        </div>
      ))}
    </dl>
  )
}
