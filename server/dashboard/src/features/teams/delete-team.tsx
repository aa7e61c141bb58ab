import { Text } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { teamsQuery } from "@/api/teams"
import { Dialog } from "@/components/dialog"
import { deleteTeam, type Team } from "./teams"

interface DeleteTeamProps {
  team: Team
  onClose: () => void
}

/** Asks whether a team is to be deleted. */
export function DeleteTeam({ team, onClose }: DeleteTeamProps) {
  const queryClient = useQueryClient()
  const deleted = useMutation({
    mutationFn: deleteTeam,
    onSuccess: async () => {
      await queryClient.invalidateQueries(teamsQuery)
      onClose()
    },
  })
  return (
    <Dialog
      title={`Delete ${team.name}?`}
      opened
      onClose={onClose}
      button="Delete the team"
      onSubmit={() => deleted.mutate(team.team_id)}
      danger
      busy={deleted.isPending}
      error={deleted.error}
    >
      <Text size="sm">
        Its members stay employees and its managers users; they only no longer see these members.
        Nothing that was recorded is deleted.
      </Text>
    </Dialog>
  )
}
