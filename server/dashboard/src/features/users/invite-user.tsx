import { t } from "@lingui/core/macro"
import { MultiSelect, TextInput } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import type { Role } from "@/api/session"
import { teamsQuery } from "@/api/teams"
import { Dialog } from "@/components/dialog"
import { EmailField } from "./email-field"
import { RoleChoice } from "./role-choice"
import { type CreatedLink, inviteUser, usersQuery } from "./users"

interface InviteUserProps {
  canMail: boolean
  onClose: () => void
  /** Called with the link, which no other answer has. */
  onInvited: (link: CreatedLink) => void
}

/** A dialog that invites a user, who sets their own password. */
export function InviteUser({ canMail, onClose, onInvited }: InviteUserProps) {
  const [username, setUsername] = useState("")
  const [role, setRole] = useState<Role>("manager")
  const [teams, setTeams] = useState<string[]>([])
  const [email, setEmail] = useState("")
  const known = useQuery(teamsQuery)
  const queryClient = useQueryClient()
  const invited = useMutation({
    mutationFn: inviteUser,
    onSuccess: async (link) => {
      await queryClient.invalidateQueries(usersQuery)
      onInvited(link)
    },
  })
  const hasTeams = role === "manager" && known.data !== undefined && known.data.length > 0
  const submit = () =>
    invited.mutate({
      username,
      role,
      team_ids: hasTeams ? teams.map(Number) : [],
      email: email === "" ? null : email,
    })
  return (
    <Dialog
      title={t`Invite user`}
      opened
      onClose={onClose}
      button={t`Invite`}
      onSubmit={submit}
      busy={invited.isPending}
      error={invited.error}
    >
      <TextInput
        label={t`Username`}
        description={t`For signing in`}
        required
        autoComplete="off"
        data-autofocus
        value={username}
        onChange={(event) => setUsername(event.currentTarget.value)}
      />
      <RoleChoice value={role} onChange={setRole} />
      {hasTeams && (
        <MultiSelect
          label={t`Teams`}
          description={t`The manager sees the members of these teams`}
          data={known.data.map(({ team_id, name }) => ({ value: String(team_id), label: name }))}
          value={teams}
          onChange={setTeams}
          searchable
          hidePickedOptions
        />
      )}
      <EmailField canMail={canMail} value={email} onChange={setEmail} />
    </Dialog>
  )
}
