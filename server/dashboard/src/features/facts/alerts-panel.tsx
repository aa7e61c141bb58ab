import { msg, t } from "@lingui/core/macro"
import { Button, Stack, Text } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import BellOff from "lucide-react/icons/bell-off"
import { useState } from "react"
import { type Column, DataTable } from "@/components/data-table"
import { Failed } from "@/components/failed"
import { Message } from "@/components/message"
import { Moment } from "@/components/moment"
import { Panel } from "@/components/panel"
import { shortOf, spanOf } from "@/lib/times"
import { useIsAdmin } from "@/lib/use-is-admin"
import { AddRule } from "./add-rule"
import { DeleteRule } from "./delete-rule"
import { alertsQuery, type FactAlert, type FactColumn, type FactRule, rulesQuery } from "./facts"

interface AlertsPanelProps {
  columns: readonly FactColumn[]
  /** A filter of the page, proposed for a new rule. */
  where: string | undefined
}

/** Rules that raise alerts on facts, and the devices that they have found. */
export function AlertsPanel({ columns, where }: AlertsPanelProps) {
  const isAdmin = useIsAdmin()
  const [isAdding, setIsAdding] = useState(false)
  const [deleting, setDeleting] = useState<FactRule | null>(null)
  const rules = useQuery(rulesQuery)
  const alerts = useQuery(alertsQuery)
  const failed = rules.error ?? alerts.error
  return (
    <Panel
      title={t`Alerts`}
      aside={isAdmin && <Button onClick={() => setIsAdding(true)}>{t`Add alert rule`}</Button>}
    >
      {failed !== null ? (
        <Failed
          error={failed}
          retry={() => void Promise.all([rules.refetch(), alerts.refetch()])}
        />
      ) : (
        <Stack>
          <Alerts alerts={alerts.data ?? []} hasRules={(rules.data?.rules ?? []).length > 0} />
          <Rules
            rules={rules.data?.rules ?? []}
            unusable={rules.data?.unusable ?? []}
            onDelete={isAdmin ? setDeleting : null}
          />
        </Stack>
      )}
      {isAdding && (
        <AddRule columns={columns} where={where ?? ""} onClose={() => setIsAdding(false)} />
      )}
      {deleting !== null && <DeleteRule rule={deleting} onClose={() => setDeleting(null)} />}
    </Panel>
  )
}

function Alerts({ alerts, hasRules }: { alerts: FactAlert[]; hasRules: boolean }) {
  if (alerts.length > 0) {
    return (
      <DataTable
        label={t`Alerts`}
        columns={ALERT_COLUMNS}
        rows={alerts}
        keyOf={(alert) => alert.alert_id}
      />
    )
  }
  return hasRules ? (
    <Text size="sm">{t`No alerts. Rules are checked every minute.`}</Text>
  ) : (
    <Message icon={BellOff} title={t`No alert rules yet`} order={3}>
      {t`A rule raises an alert for each device on which a filter holds for a time.`}
    </Message>
  )
}

const ALERT_COLUMNS: readonly Column<FactAlert>[] = [
  {
    title: msg`Device`,
    isName: true,
    cell: ({ username, hostname }) => `${username} · ${hostname}`,
  },
  { title: msg`Rule`, isText: true, cell: ({ rule }) => rule },
  {
    title: msg`Since`,
    width: "10rem",
    cell: ({ since }) => <Moment at={since}>{shortOf(since)}</Moment>,
  },
]

interface RulesProps {
  rules: FactRule[]
  unusable: number[]
  onDelete: ((rule: FactRule) => void) | null
}

function Rules({ rules, unusable, onDelete }: RulesProps) {
  if (rules.length === 0) return null
  const columns: Column<FactRule>[] = [
    { title: msg`Rule`, isName: true, cell: ({ name }) => name },
    {
      title: msg`Filter`,
      isText: true,
      cell: ({ rule_id, where }) =>
        unusable.includes(rule_id) ? t`${where} (no device has this fact)` : where,
    },
    { title: msg`For`, width: "7rem", cell: ({ hours }) => spanOf(hours * 3600) },
  ]
  if (onDelete !== null) {
    columns.push({
      title: null,
      align: "end",
      cell: (rule) => (
        <Button
          size="compact-sm"
          variant="subtle"
          color="red"
          aria-label={t`Delete ${{ name: rule.name }}`}
          onClick={() => onDelete(rule)}
        >
          {t`Delete`}
        </Button>
      ),
    })
  }
  return (
    <DataTable
      label={t`Alert rules`}
      columns={columns}
      rows={rules}
      keyOf={(rule) => rule.rule_id}
    />
  )
}
