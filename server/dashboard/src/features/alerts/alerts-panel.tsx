import { msg, t } from "@lingui/core/macro"
import { SegmentedControl } from "@mantine/core"
import { useInfiniteQuery } from "@tanstack/react-query"
import BellOff from "lucide-react/icons/bell-off"
import type { Column } from "@/components/data-table"
import { Message } from "@/components/message"
import { Moment } from "@/components/moment"
import { PagedTable } from "@/components/paged-table"
import { Panel } from "@/components/panel"
import { TextLink } from "@/components/text-link"
import { shortOf } from "@/lib/times"
import { type Alert, alertsQuery, kindName } from "./alerts"

interface AlertsPanelProps {
  resolved: boolean
  onResolved: (resolved: boolean) => void
}

/** Open or resolved alerts of those whom the user may see. */
export function AlertsPanel({ resolved, onResolved }: AlertsPanelProps) {
  const found = useInfiniteQuery(alertsQuery(resolved))
  return (
    <Panel
      title={resolved ? t`Resolved alerts` : t`Open alerts`}
      aside={
        <SegmentedControl
          aria-label={t`State`}
          data={[
            { value: "open", label: t`Open` },
            { value: "resolved", label: t`Resolved` },
          ]}
          value={resolved ? "resolved" : "open"}
          onChange={(value) => onResolved(value === "resolved")}
        />
      }
    >
      <PagedTable
        label={t`Alerts`}
        columns={resolved ? [...COLUMNS, RESOLVED] : COLUMNS}
        found={found}
        keyOf={(alert) => alert.alert_id}
        more={t`Load more alerts`}
        empty={
          resolved ? (
            <Message icon={BellOff} title={t`No resolved alerts`} order={3}>
              {t`Alerts that are over appear here, for as long as data is kept.`}
            </Message>
          ) : (
            <Message icon={BellOff} title={t`No open alerts`} order={3}>
              {t`The rules are checked every two minutes.`}
            </Message>
          )
        }
      />
    </Panel>
  )
}

const COLUMNS: readonly Column<Alert>[] = [
  { title: msg`Alert`, isName: true, cell: ({ kind }) => kindName(kind) },
  { title: msg`Employee`, isText: true, cell: (alert) => <Employee of={alert} /> },
  { title: msg`Details`, isText: true, cell: ({ text }) => text },
  {
    title: msg`Raised`,
    width: "9rem",
    cell: ({ raised_at }) => <Moment at={raised_at}>{shortOf(raised_at)}</Moment>,
  },
]

const RESOLVED: Column<Alert> = {
  title: msg`Resolved`,
  width: "9rem",
  cell: ({ resolved_at }) =>
    resolved_at !== null && <Moment at={resolved_at}>{shortOf(resolved_at)}</Moment>,
}

function Employee({ of: { employee_id, username, display_name } }: { of: Alert }) {
  if (employee_id === null) return "–"
  return (
    <TextLink to="/employees/$employeeId" params={{ employeeId: employee_id }}>
      {display_name ?? username}
    </TextLink>
  )
}
