import { msg, t } from "@lingui/core/macro"
import { Button, Text } from "@mantine/core"
import { useState } from "react"
import { type Column, DataTable } from "@/components/data-table"
import { Moment } from "@/components/moment"
import { Panel } from "@/components/panel"
import { actorOf } from "@/lib/actions"
import { shortOf } from "@/lib/times"
import { PlaceHold } from "./place-hold"
import { ReleaseHold } from "./release-hold"
import type { Hold } from "./retention"

/** Employees under a legal hold, with the reason. */
export function HoldsPanel({ holds }: { holds: readonly Hold[] }) {
  const [placing, setPlacing] = useState(false)
  const [released, setReleased] = useState<Hold | null>(null)
  return (
    <Panel
      title={t`Legal holds`}
      aside={
        <Button variant="default" onClick={() => setPlacing(true)}>
          {t`Add legal hold`}
        </Button>
      }
    >
      {holds.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t`No legal holds. All data is deleted after the retention period.`}
        </Text>
      ) : (
        <DataTable
          label={t`Legal holds`}
          columns={[...COLUMNS, releasing(setReleased)]}
          rows={holds}
          keyOf={(hold) => hold.employee_id}
        />
      )}
      {placing && <PlaceHold onClose={() => setPlacing(false)} />}
      {released !== null && <ReleaseHold hold={released} onClose={() => setReleased(null)} />}
    </Panel>
  )
}

const COLUMNS: readonly Column<Hold>[] = [
  { title: msg`Employee`, isName: true, cell: ({ username }) => username },
  { title: msg`Reason`, isText: true, cell: ({ reason }) => reason },
  {
    title: msg`Since`,
    cell: ({ held_since }) => <Moment at={held_since}>{shortOf(held_since)}</Moment>,
  },
  { title: msg`Added by`, isText: true, cell: ({ held_by }) => actorOf(held_by) },
]

function releasing(onRelease: (hold: Hold) => void): Column<Hold> {
  return {
    title: null,
    align: "end",
    cell: (hold) => (
      <Button
        size="compact-sm"
        variant="default"
        aria-label={t`End the legal hold on ${{ username: hold.username }}`}
        onClick={() => onRelease(hold)}
      >
        {t`End hold`}
      </Button>
    ),
  }
}
