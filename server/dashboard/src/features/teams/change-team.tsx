import { t } from "@lingui/core/macro"
import { Skeleton, TagsInput } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { teamsQuery } from "@/api/teams"
import { Dialog } from "@/components/dialog"
import { changeTeam, namesQuery, type Team, teamQuery } from "./teams"

const SUGGESTIONS = 50

interface ChangeTeamProps {
  team: Team
  onClose: () => void
}

/** A dialog that sets the managers and members of a team. */
export function ChangeTeam({ team, onClose }: ChangeTeamProps) {
  const found = useQuery(teamQuery(team.team_id))
  const [managers, setManagers] = useState<string[] | null>(null)
  const [members, setMembers] = useState<string[] | null>(null)
  const names = useQuery(namesQuery).data
  const queryClient = useQueryClient()
  const changed = useMutation({
    mutationFn: changeTeam,
    onSuccess: async () => {
      await Promise.all([
        queryClient.invalidateQueries(teamsQuery),
        queryClient.invalidateQueries(teamQuery(team.team_id)),
      ])
      onClose()
    },
  })
  const submit = () =>
    changed.mutate({
      team_id: team.team_id,
      ...(managers === null ? {} : { managers }),
      ...(members === null ? {} : { members }),
    })
  return (
    <Dialog
      title={t`Edit ${{ name: team.name }}`}
      opened
      onClose={onClose}
      button={t`Save`}
      onSubmit={submit}
      busy={changed.isPending}
      error={changed.error ?? found.error}
    >
      {found.data === undefined ? (
        <Skeleton height={160} role="status" aria-label={t`Loading`} />
      ) : (
        <>
          <TagsInput
            label={t`Managers`}
            description={t`Users who can see the members`}
            data={names?.users ?? []}
            value={managers ?? found.data.managers}
            onChange={setManagers}
          />
          <TagsInput
            label={t`Members`}
            description={t`Employees, by the username on their device`}
            data={names?.employees ?? []}
            limit={SUGGESTIONS}
            value={members ?? found.data.members.map(({ username }) => username)}
            onChange={setMembers}
          />
        </>
      )}
    </Dialog>
  )
}
