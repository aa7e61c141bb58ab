import { Button, Group, Skeleton, Stack, Text } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { Failed } from "@/components/failed"
import { Moment } from "@/components/moment"
import { Page } from "@/components/page"
import { Panel } from "@/components/panel"
import { dayName, shortOf } from "@/lib/times"
import { Counts } from "./counts"
import { HoldsPanel } from "./holds-panel"
import { previewQuery, type Retention, retentionQuery } from "./retention"

/** What is forgotten by itself, and whose data stays. */
export function RetentionPage() {
  const found = useQuery(retentionQuery)
  return (
    <Page
      title="Retention"
      lead="Old data is deleted automatically every hour, screenshots included. A legal hold keeps all data of one employee."
    >
      {found.isPending ? (
        <Skeleton height={360} role="status" aria-label="Loading" />
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
  return (
    <Panel title="Retention period">
      <Stack gap="sm">
        <Text size="sm">
          Heartbeats, logs and screenshots are kept for <b>{retention_days} days</b>. The oldest
          stored day is {dayName(oldest_kept)}. The audit log is kept for{" "}
          <b>{audit_retention_days} days</b>. Both are server settings.
        </Text>
        {last_run === null ? (
          <Text size="sm" c="dimmed">
            Retention has not run yet.
          </Text>
        ) : (
          <Text size="sm">
            Retention last ran <Moment at={last_run.ended_at}>{shortOf(last_run.ended_at)}</Moment>.
            In the last 30 days:
          </Text>
        )}
        {last_run !== null && <Counts counts={last_month} />}
      </Stack>
    </Panel>
  )
}

function PreviewPanel() {
  const preview = useQuery({ ...previewQuery, enabled: false })
  const counts = preview.data?.preview
  return (
    <Panel title="What would be deleted now">
      <Stack gap="sm" align="flex-start">
        {counts !== undefined && counts !== null && <Counts counts={counts} />}
        {preview.isError && <Failed error={preview.error} />}
        <Group gap="sm">
          <Button
            variant="default"
            loading={preview.isFetching}
            onClick={() => void preview.refetch()}
          >
            Preview without deleting
          </Button>
        </Group>
      </Stack>
    </Panel>
  )
}
