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
      button="Delete team"
      onSubmit={() => deleted.mutate(team.team_id)}
      danger
      busy={deleted.isPending}
      error={deleted.error}
    >
      <Text size="sm">
        The members stay employees, and the managers stay users who no longer see them. No recorded
        data is deleted.
      </Text>
    </Dialog>
  )
}
