import { t } from "@lingui/core/macro"
import { Switch } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { Dialog } from "@/components/dialog"
import { RoleChoice } from "./role-choice"
import { changeUser, type User, type UserChange, usersQuery } from "./users"

interface ChangeUserProps {
  user: User
  onClose: () => void
}

/** A dialog that changes role or status. Only changes are sent. */
export function ChangeUser({ user, onClose }: ChangeUserProps) {
  const [role, setRole] = useState(user.role)
  const [disabled, setDisabled] = useState(user.disabled)
  const queryClient = useQueryClient()
  const changed = useMutation({
    mutationFn: changeUser,
    onSuccess: async () => {
      await queryClient.invalidateQueries(usersQuery)
      onClose()
    },
  })
  const submit = () => {
    const change: UserChange = {
      ...(role === user.role ? {} : { role }),
      ...(disabled === user.disabled ? {} : { disabled }),
    }
    changed.mutate({ user_id: user.user_id, ...change })
  }
  return (
    <Dialog
      title={t`Edit ${{ username: user.username }}`}
      opened
      onClose={onClose}
      button={t`Save`}
      onSubmit={submit}
      busy={changed.isPending}
      error={changed.error}
    >
      <RoleChoice value={role} onChange={setRole} />
      <Switch
        label={t`Can sign in`}
        description={t`Turning this off ends all sessions`}
        checked={!disabled}
        onChange={(event) => setDisabled(!event.currentTarget.checked)}
      />
    </Dialog>
  )
}
