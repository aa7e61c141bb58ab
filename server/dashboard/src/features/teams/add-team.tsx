import { t } from "@lingui/core/macro"
import { TextInput } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { teamsQuery } from "@/api/teams"
import { Dialog } from "@/components/dialog"
import { addTeam } from "./teams"

/** A dialog that adds a team without members. */
export function AddTeam({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("")
  const queryClient = useQueryClient()
  const added = useMutation({
    mutationFn: addTeam,
    onSuccess: async () => {
      await queryClient.invalidateQueries(teamsQuery)
      onClose()
    },
  })
  return (
    <Dialog
      title={t`Add team`}
      opened
      onClose={onClose}
      button={t`Add`}
      onSubmit={() => added.mutate(name)}
      busy={added.isPending}
      error={added.error}
    >
      <TextInput
        label={t`Name`}
        required
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
    </Dialog>
  )
}
