import { t } from "@lingui/core/macro"
import { PasswordInput, TextInput } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import type { Role } from "@/api/session"
import { Dialog } from "@/components/dialog"
import { LEAST_CHARACTERS } from "@/lib/passwords"
import { RoleChoice } from "./role-choice"
import { addUser, usersQuery } from "./users"

/** A dialog that adds a user. */
export function AddUser({ onClose }: { onClose: () => void }) {
  const [username, setUsername] = useState("")
  const [password, setPassword] = useState("")
  const [role, setRole] = useState<Role>("manager")
  const queryClient = useQueryClient()
  const added = useMutation({
    mutationFn: addUser,
    onSuccess: async () => {
      await queryClient.invalidateQueries(usersQuery)
      onClose()
    },
  })
  return (
    <Dialog
      title={t`Add user`}
      opened
      onClose={onClose}
      button={t`Add`}
      onSubmit={() => added.mutate({ username, password, role })}
      busy={added.isPending}
      error={added.error}
    >
      <TextInput
        label={t`Name`}
        description={t`The username for signing in`}
        required
        autoComplete="off"
        data-autofocus
        value={username}
        onChange={(event) => setUsername(event.currentTarget.value)}
      />
      <PasswordInput
        label={t`Initial password`}
        description={t`At least ${{ count: LEAST_CHARACTERS }} characters. Send it separately from the username.`}
        required
        minLength={LEAST_CHARACTERS}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ "aria-label": t`Show the password` }}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <RoleChoice value={role} onChange={setRole} />
    </Dialog>
  )
}
