import { t } from "@lingui/core/macro"
import { Trans } from "@lingui/react/macro"
import { Button, Group, Skeleton, Stack, Text } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { Failed } from "@/components/failed"
import { Moment } from "@/components/moment"
import { Page } from "@/components/page"
import { Panel } from "@/components/panel"
import { days } from "@/lib/counts"
import { dayName, shortOf } from "@/lib/times"
import { Counts } from "./counts"
import { HoldsPanel } from "./holds-panel"
import { previewQuery, type Retention, retentionQuery } from "./retention"

/** The retention periods, legal holds and a preview. */
export function RetentionPage() {
  const found = useQuery(retentionQuery)
  return (
    <Page
      title={t`Retention`}
      lead={t`Old data is deleted automatically every hour, screenshots included. A legal hold keeps all data of one employee.`}
    >
      {found.isPending ? (
        <Skeleton height={360} role="status" aria-label={t`Loading`} />
      ) : found.isError ? (
        <Failed error={found.error} retry={() => void found.refetch()} />
      ) : (
        <Stack>
          <KeptPanel retention={found.data} />
          <HoldsPanel holds={found.data.holds} />
          <PreviewPanel />
        </Stack>
      )}
    </Page>
  )
}

function KeptPanel({ retention }: { retention: Retention }) {
  const { retention_days, audit_retention_days, oldest_kept, last_run, last_month } = retention
  const logDays = days(retention_days)
  const auditDays = days(audit_retention_days)
  const oldest = dayName(oldest_kept)
  const lastRun = last_run && <Moment at={last_run.ended_at}>{shortOf(last_run.ended_at)}</Moment>
  return (
    <Panel title={t`Retention period`}>
      <Stack gap="sm">
        <Text size="sm">
          <Trans>
            Heartbeats, logs and screenshots are kept for <b>{logDays}</b>. The oldest stored day is{" "}
            {oldest}. The audit log is kept for <b>{auditDays}</b>. Both are server settings.
          </Trans>
        </Text>
        {last_run === null ? (
          <Text size="sm" c="dimmed">
            {t`Retention has not run yet.`}
          </Text>
        ) : (
          <Text size="sm">
            <Trans>Retention last ran {lastRun}. In the last 30 days:</Trans>
          </Text>
        )}
        {last_run !== null && <Counts counts={last_month} none={t`Nothing was deleted.`} />}
      </Stack>
    </Panel>
  )
}

function PreviewPanel() {
  const preview = useQuery({ ...previewQuery, enabled: false })
  const counts = preview.data?.preview
  return (
    <Panel title={t`What would be deleted now`}>
      <Stack gap="sm" align="flex-start">
        {counts !== undefined && counts !== null && (
          <Counts counts={counts} none={t`Nothing is old enough to be deleted.`} />
        )}
        {preview.isError && <Failed error={preview.error} />}
        <Group gap="sm">
          <Button
            variant="default"
            loading={preview.isFetching}
            onClick={() => void preview.refetch()}
          >
            {t`Preview without deleting`}
          </Button>
        </Group>
      </Stack>
    </Panel>
  )
}
