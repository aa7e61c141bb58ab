import { msg, t } from "@lingui/core/macro"
import { Button, Group, Skeleton } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { type Column, DataTable } from "@/components/data-table"
import { Failed } from "@/components/failed"
import { Moment } from "@/components/moment"
import { Page } from "@/components/page"
import { Panel } from "@/components/panel"
import { PersonMark } from "@/components/person-mark"
import { Tag } from "@/components/tag"
import { shortOf } from "@/lib/times"
import { useIsAdmin } from "@/lib/use-is-admin"
import { AddUser } from "./add-user"
import { ChangeUser } from "./change-user"
import { roleName, type User, usersQuery } from "./users"

/** The people who can sign in, with their roles. */
export function UsersPage() {
  const isAdmin = useIsAdmin()
  const [adding, setAdding] = useState(false)
  const [changed, setChanged] = useState<User | null>(null)
  return (
    <Page
      title={t`Users`}
      lead={t`People who can sign in. Employees do not need a user: their agent opens their own data.`}
      actions={isAdmin && <Button onClick={() => setAdding(true)}>{t`Add user`}</Button>}
    >
      <Panel title={t`All users`}>
        <UsersTable onChange={isAdmin ? setChanged : null} />
      </Panel>
      {adding && <AddUser onClose={() => setAdding(false)} />}
      {changed !== null && <ChangeUser user={changed} onClose={() => setChanged(null)} />}
    </Page>
  )
}

function UsersTable({ onChange }: { onChange: ((user: User) => void) | null }) {
  const found = useQuery(usersQuery)
  if (found.isPending) return <Skeleton height={240} role="status" aria-label={t`Loading`} />
  if (found.isError) return <Failed error={found.error} retry={() => void found.refetch()} />
  const columns = onChange === null ? COLUMNS : [...COLUMNS, changing(onChange)]
  return (
    <DataTable
      label={t`Users`}
      columns={columns}
      rows={found.data}
      keyOf={(user) => user.user_id}
    />
  )
}

const COLUMNS: readonly Column<User>[] = [
  {
    title: msg`Name`,
    isName: true,
    cell: ({ username }) => (
      <Group gap="xs" wrap="nowrap">
        <PersonMark name={username} />
        {username}
      </Group>
    ),
  },
  { title: msg`Role`, cell: ({ role }) => roleName(role) },
  { title: msg`Teams`, isText: true, cell: ({ teams }) => teams.join(", ") },
  {
    title: msg`Sign-in`,
    cell: ({ disabled }) =>
      disabled ? <Tag tone="bad">{t`disabled`}</Tag> : <Tag tone="good">{t`enabled`}</Tag>,
  },
  {
    title: msg`Since`,
    cell: ({ created_at }) => <Moment at={created_at}>{shortOf(created_at)}</Moment>,
  },
]

function changing(onChange: (user: User) => void): Column<User> {
  return {
    title: null,
    align: "end",
    cell: (user) => (
      <Button
        size="compact-sm"
        variant="default"
        aria-label={t`Edit ${{ username: user.username }}`}
        onClick={() => onChange(user)}
      >
        {t`Edit`}
      </Button>
    ),
  }
}
