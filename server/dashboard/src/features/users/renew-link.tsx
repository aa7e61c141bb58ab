import { t } from "@lingui/core/macro"
import { Text } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { Dialog } from "@/components/dialog"
import { EmailField } from "./email-field"
import { type CreatedLink, createLink, type User, usersQuery } from "./users"

interface RenewLinkProps {
  user: User
  canMail: boolean
  onClose: () => void
  onCreated: (link: CreatedLink) => void
}

/** A dialog that makes a new invitation, or a link to reset a password. */
export function RenewLink({ user, canMail, onClose, onCreated }: RenewLinkProps) {
  const [email, setEmail] = useState("")
  const queryClient = useQueryClient()
  const created = useMutation({
    mutationFn: createLink,
    onSuccess: async (link) => {
      await queryClient.invalidateQueries(usersQuery)
      onCreated(link)
    },
  })
  const { username, user_id } = user
  return (
    <Dialog
      title={
        user.is_invited ? t`Invite ${{ username }} again` : t`Reset password of ${{ username }}`
      }
      opened
      onClose={onClose}
      button={t`Create link`}
      onSubmit={() => created.mutate({ user_id, email: email === "" ? null : email })}
      busy={created.isPending}
      error={created.error}
    >
      <Text size="sm">
        {user.is_invited
          ? t`A new link works for seven days. The last one stops working.`
          : t`The link works once and for 24 hours. The current password works until a new one is set. Then all sessions end and API keys of the user are revoked.`}
      </Text>
      <EmailField canMail={canMail} value={email} onChange={setEmail} />
    </Dialog>
  )
}
