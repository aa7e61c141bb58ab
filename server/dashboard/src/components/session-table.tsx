import { msg, t } from "@lingui/core/macro"
import { Text } from "@mantine/core"
import type { components } from "@/api/schema"
import { type Column, DataTable } from "@/components/data-table"
import { Moment } from "@/components/moment"
import { Tag } from "@/components/tag"
import { shortOf } from "@/lib/times"

export type SessionInfo = components["schemas"]["SessionInfo"]

interface SessionTableProps {
  sessions: readonly SessionInfo[]
  /** A further column, with what can be done to a session. */
  action?: Column<SessionInfo>
}

/** Sessions with their browser and times. */
export function SessionTable({ sessions, action }: SessionTableProps) {
  if (sessions.length === 0) return <Text size="sm">{t`No open sessions.`}</Text>
  return (
    <DataTable
      label={t`Sessions`}
      columns={action === undefined ? COLUMNS : [...COLUMNS, action]}
      rows={sessions}
      keyOf={({ session_id }) => session_id}
    />
  )
}

const COLUMNS: readonly Column<SessionInfo>[] = [
  {
    title: msg`Browser`,
    isName: true,
    cell: ({ browser, is_current }) => (
      <>
        {browser ?? t`unknown`} {is_current && <Tag tone="good">{t`this one`}</Tag>}
      </>
    ),
  },
  { title: msg`Signed in`, cell: ({ created_at }) => <Time at={created_at} /> },
  { title: msg`Last used`, cell: ({ last_used_at }) => <Time at={last_used_at} /> },
  { title: msg`Ends`, cell: ({ expires_at }) => <Time at={expires_at} /> },
]

function Time({ at }: { at: string | null }) {
  return at === null ? "—" : <Moment at={at}>{shortOf(at)}</Moment>
}
