import { t } from "@lingui/core/macro"
import { Text } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { teamsQuery } from "@/api/teams"
import { Dialog } from "@/components/dialog"
import { deleteTeam, type Team } from "./teams"

interface DeleteTeamProps {
  team: Team
  onClose: () => void
}

/** Asks for confirmation before a team is deleted. */
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
      title={t`Delete ${{ name: team.name }}?`}
      opened
      onClose={onClose}
      button={t`Delete team`}
      onSubmit={() => deleted.mutate(team.team_id)}
      danger
      busy={deleted.isPending}
      error={deleted.error}
    >
      <Text size="sm">
        {t`The members stay employees, and the managers stay users who no longer see them. No recorded data is deleted.`}
      </Text>
    </Dialog>
  )
}
