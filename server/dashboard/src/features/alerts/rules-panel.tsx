import { msg, plural, t } from "@lingui/core/macro"
import { Button, Skeleton } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { type Column, DataTable } from "@/components/data-table"
import { Failed } from "@/components/failed"
import { Panel } from "@/components/panel"
import { Tag } from "@/components/tag"
import { useIsAdmin } from "@/lib/use-is-admin"
import { type AlertRule, kindName, rulesQuery } from "./alerts"
import { ChangeRule } from "./change-rule"

/** The rules; administrators change them. */
export function RulesPanel() {
  const isAdmin = useIsAdmin()
  const [changing, setChanging] = useState<AlertRule | null>(null)
  const found = useQuery(rulesQuery)
  return (
    <Panel title={t`Rules`}>
      {found.isPending ? (
        <Skeleton height={320} role="status" aria-label={t`Loading`} />
      ) : found.isError ? (
        <Failed error={found.error} retry={() => void found.refetch()} />
      ) : (
        <DataTable
          label={t`Rules`}
          columns={isAdmin ? [...COLUMNS, changingColumn(setChanging)] : COLUMNS}
          rows={found.data}
          keyOf={(rule) => rule.kind}
        />
      )}
      {changing !== null && <ChangeRule rule={changing} onClose={() => setChanging(null)} />}
    </Panel>
  )
}

const COLUMNS: readonly Column<AlertRule>[] = [
  { title: msg`Rule`, isName: true, cell: ({ kind }) => kindName(kind) },
  {
    title: msg`Status`,
    cell: ({ enabled }) => (enabled ? <Tag tone="good">{t`on`}</Tag> : <Tag>{t`off`}</Tag>),
  },
  { title: msg`Raised after`, cell: (rule) => thresholdOf(rule) },
  {
    title: msg`To employee`,
    cell: ({ notifies_employee }) => (notifies_employee ? t`yes` : t`no`),
  },
]

/** Return the threshold of a rule in words. */
function thresholdOf({ unit, threshold }: AlertRule): string {
  switch (unit) {
    case "working_hours":
      return plural(threshold, { one: "# working hour", other: "# working hours" })
    case "working_days":
      return plural(threshold, { one: "# working day", other: "# working days" })
    case "percent":
      return t`${threshold} % full`
    case "hours":
      return threshold === 0 ? t`at once` : plural(threshold, { one: "# hour", other: "# hours" })
    default:
      return t`at once`
  }
}

function changingColumn(onChange: (rule: AlertRule) => void): Column<AlertRule> {
  return {
    title: null,
    align: "end",
    cell: (rule) => (
      <Button
        size="compact-sm"
        variant="subtle"
        aria-label={t`Edit ${{ name: kindName(rule.kind) }}`}
        onClick={() => onChange(rule)}
      >
        {t`Edit`}
      </Button>
    ),
  }
}
