import { t } from "@lingui/core/macro"
import { Skeleton } from "@mantine/core"
import { useMutation, useQuery } from "@tanstack/react-query"
import { Dialog } from "@/components/dialog"
import { SessionTable } from "@/components/session-table"
import { endSessions, type User, userSessionsQuery } from "./users"

interface UserSessionsProps {
  user: User
  onClose: () => void
}

/** A dialog with the sessions of a user, and a button that ends them. */
export function UserSessions({ user, onClose }: UserSessionsProps) {
  const found = useQuery(userSessionsQuery(user.user_id))
  const ended = useMutation({ mutationFn: endSessions, onSuccess: onClose })
  return (
    <Dialog
      title={t`Sessions of ${{ username: user.username }}`}
      opened
      size="xl"
      onClose={onClose}
      button={t`End all sessions`}
      danger
      disabled={found.data?.length === 0}
      onSubmit={() => ended.mutate(user.user_id)}
      busy={ended.isPending}
      error={ended.error ?? found.error}
    >
      {found.data === undefined ? (
        <Skeleton height={120} role="status" aria-label={t`Loading`} />
      ) : (
        <SessionTable sessions={found.data} />
      )}
    </Dialog>
  )
}
