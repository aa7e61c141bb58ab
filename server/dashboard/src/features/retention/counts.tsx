import classes from "./counts.module.css"

const NAMES: Record<string, string> = {
  partitions_made: "days of tables made ahead",
  partitions_dropped: "days of heartbeats or logs forgotten",
  partitions_postponed: "days that wait for somebody’s long query",
  missed_rows_deleted: "missed slots forgotten",
  test_logs_deleted: "test logs deleted after 24 hours",
  released_rows_deleted: "rows forgotten after a hold ended",
  machine_facts_deleted: "machines whose last word was forgotten",
  audit_rows_deleted: "rows of the audit forgotten",
  sessions_deleted: "ended sessions forgotten",
  login_attempts_deleted: "failed sign-ins forgotten",
  screenshot_days_deleted: "whole days of screenshots deleted",
  screenshots_deleted: "screenshots deleted",
  thumbnails_deleted: "thumbnails deleted",
  orphan_files_deleted: "files without a row deleted",
  rows_without_file: "rows whose screenshot is missing",
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
