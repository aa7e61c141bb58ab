import { msg, t } from "@lingui/core/macro"
import { Group } from "@mantine/core"
import { type Column, DataTable } from "@/components/data-table"
import { Moment } from "@/components/moment"
import { PersonMark } from "@/components/person-mark"
import { Tag } from "@/components/tag"
import { shortOf } from "@/lib/times"
import { type UserAction, UserActions } from "./user-actions"
import { roleName, type User } from "./users"

interface UsersTableProps {
  users: readonly User[]
  /** What an administrator does to a user; null for those who only read. */
  onAction: ((action: UserAction, user: User) => void) | null
}

/** Every user with role, teams and how they sign in. */
export function UsersTable({ users, onAction }: UsersTableProps) {
  const columns = onAction === null ? COLUMNS : [...COLUMNS, actionsOf(onAction)]
  return (
    <DataTable label={t`Users`} columns={columns} rows={users} keyOf={(user) => user.user_id} />
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
  { title: msg`Sign-in`, cell: (user) => <SignInState user={user} /> },
  {
    title: msg`Since`,
    cell: ({ created_at }) => <Moment at={created_at}>{shortOf(created_at)}</Moment>,
  },
]

function SignInState({ user }: { user: User }) {
  if (user.disabled) return <Tag tone="bad">{t`disabled`}</Tag>
  if (user.is_company) return <Tag tone="good">{t`company account`}</Tag>
  if (!user.is_invited) return <Tag tone="good">{t`enabled`}</Tag>
  const ends = user.link_expires_at
  if (ends === null || ends === undefined) return <Tag tone="bad">{t`invitation expired`}</Tag>
  return (
    <Tag tone="waiting">
      {t`invited until`} <Moment at={ends}>{shortOf(ends)}</Moment>
    </Tag>
  )
}

function actionsOf(onAction: (action: UserAction, user: User) => void): Column<User> {
  return {
    title: null,
    align: "end",
    cell: (user) => <UserActions user={user} onAction={onAction} />,
  }
}
