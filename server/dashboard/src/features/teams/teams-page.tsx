import { msg, t } from "@lingui/core/macro"
import { Button, Group, Skeleton } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import UsersRound from "lucide-react/icons/users-round"
import { useState } from "react"
import { teamsQuery } from "@/api/teams"
import { type Column, DataTable } from "@/components/data-table"
import { Failed } from "@/components/failed"
import { Message } from "@/components/message"
import { Page } from "@/components/page"
import { Panel } from "@/components/panel"
import { TextLink } from "@/components/text-link"
import { useIsAdmin } from "@/lib/use-is-admin"
import { AddTeam } from "./add-team"
import { ChangeTeam } from "./change-team"
import { DeleteTeam } from "./delete-team"
import type { Team } from "./teams"

type Doing = { what: "change" | "delete"; team: Team }

/** Teams, which decide whom a manager can see. */
export function TeamsPage() {
  const isAdmin = useIsAdmin()
  const [adding, setAdding] = useState(false)
  const [doing, setDoing] = useState<Doing | null>(null)
  const close = () => setDoing(null)
  return (
    <Page
      title={t`Teams`}
      lead={t`Managers see only the members of their own teams.`}
      actions={isAdmin && <Button onClick={() => setAdding(true)}>{t`Add team`}</Button>}
    >
      <Panel title={t`All teams`}>
        <TeamsTable onDo={isAdmin ? setDoing : null} />
      </Panel>
      {adding && <AddTeam onClose={() => setAdding(false)} />}
      {doing?.what === "change" && <ChangeTeam team={doing.team} onClose={close} />}
      {doing?.what === "delete" && <DeleteTeam team={doing.team} onClose={close} />}
    </Page>
  )
}

function TeamsTable({ onDo }: { onDo: ((doing: Doing) => void) | null }) {
  const found = useQuery(teamsQuery)
  if (found.isPending) return <Skeleton height={240} role="status" aria-label={t`Loading`} />
  if (found.isError) return <Failed error={found.error} retry={() => void found.refetch()} />
  if (found.data.length === 0) {
    return (
      <Message icon={UsersRound} title={t`No teams yet`}>
        {t`Managers see no one until they have a team.`}
      </Message>
    )
  }
  const columns = onDo === null ? COLUMNS : [...COLUMNS, doingSomething(onDo)]
  return (
    <DataTable
      label={t`Teams`}
      columns={columns}
      rows={found.data}
      keyOf={(team) => team.team_id}
    />
  )
}

const COLUMNS: readonly Column<Team>[] = [
  {
    title: msg`Name`,
    isName: true,
    cell: ({ team_id, name }) => (
      <TextLink to="/" search={{ team: team_id }} title={t`Show ${name} on Now`}>
        {name}
      </TextLink>
    ),
  },
  { title: msg`Managers`, isText: true, cell: ({ managers }) => managers.join(", ") || t`no one` },
  { title: msg`Members`, align: "end", cell: ({ member_count }) => member_count },
]

function doingSomething(onDo: (doing: Doing) => void): Column<Team> {
  return {
    title: null,
    align: "end",
    cell: (team) => (
      <Group gap="xs" justify="flex-end" wrap="nowrap">
        <Button
          size="compact-sm"
          variant="default"
          aria-label={t`Edit ${{ name: team.name }}`}
          onClick={() => onDo({ what: "change", team })}
        >
          {t`Edit`}
        </Button>
        <Button
          size="compact-sm"
          variant="subtle"
          color="red"
          aria-label={t`Delete ${{ name: team.name }}`}
          onClick={() => onDo({ what: "delete", team })}
        >
          {t`Delete`}
        </Button>
      </Group>
    ),
  }
}
