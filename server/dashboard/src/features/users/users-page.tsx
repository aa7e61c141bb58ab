import { t } from "@lingui/core/macro"
import { Button, Skeleton } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { Failed } from "@/components/failed"
import { Page } from "@/components/page"
import { Panel } from "@/components/panel"
import { useIsAdmin } from "@/lib/use-is-admin"
import { ChangeUser } from "./change-user"
import { InviteUser } from "./invite-user"
import { LinkDialog } from "./link-dialog"
import { RenewLink } from "./renew-link"
import type { UserAction } from "./user-actions"
import { UserSessions } from "./user-sessions"
import { type CreatedLink, type User, usersQuery } from "./users"
import { UsersTable } from "./users-table"

/** What is open over the page. */
type Opened =
  | { kind: "invite" }
  | { kind: "link"; link: CreatedLink }
  | { kind: UserAction; user: User }

/** The people who can sign in, with their roles. */
export function UsersPage() {
  const isAdmin = useIsAdmin()
  const [opened, setOpened] = useState<Opened | null>(null)
  const found = useQuery(usersQuery)
  const canMail = found.data?.can_mail ?? false
  return (
    <Page
      title={t`Users`}
      lead={t`People who can sign in. Employees do not need a user: their agent opens their own data.`}
      actions={
        isAdmin && <Button onClick={() => setOpened({ kind: "invite" })}>{t`Invite user`}</Button>
      }
    >
      <Panel title={t`All users`}>
        {found.isPending ? (
          <Skeleton height={240} role="status" aria-label={t`Loading`} />
        ) : found.isError ? (
          <Failed error={found.error} retry={() => void found.refetch()} />
        ) : (
          <UsersTable
            users={found.data.users}
            onAction={isAdmin ? (kind, user) => setOpened({ kind, user }) : null}
          />
        )}
      </Panel>
      {opened !== null && <OpenedDialog {...{ opened, setOpened, canMail }} />}
    </Page>
  )
}

interface OpenedDialogProps {
  opened: Opened
  setOpened: (opened: Opened | null) => void
  canMail: boolean
}

function OpenedDialog({ opened, setOpened, canMail }: OpenedDialogProps) {
  const onClose = () => setOpened(null)
  const show = (link: CreatedLink) => setOpened({ kind: "link", link })
  switch (opened.kind) {
    case "invite":
      return <InviteUser canMail={canMail} onClose={onClose} onInvited={show} />
    case "link":
      return <LinkDialog link={opened.link} onClose={onClose} />
    case "edit":
      return <ChangeUser user={opened.user} onClose={onClose} />
    case "renew":
      return <RenewLink user={opened.user} canMail={canMail} onClose={onClose} onCreated={show} />
    case "sessions":
      return <UserSessions user={opened.user} onClose={onClose} />
  }
}
