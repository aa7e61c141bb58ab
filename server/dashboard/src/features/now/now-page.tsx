import { t } from "@lingui/core/macro"
import { Skeleton, Stack } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import Users from "lucide-react/icons/users"
import { Suspense, useEffect, useMemo, useState } from "react"
import type { Snapshot } from "@/api/early-snapshot"
import { presenceQuery } from "@/api/presence"
import { presenceFactsQuery } from "@/api/presence-facts"
import { teamsQuery } from "@/api/teams"
import { Failed } from "@/components/failed"
import { Message } from "@/components/message"
import { NoMatch } from "@/components/no-match"
import { Page } from "@/components/page"
import { later } from "@/lib/later"
import { useIsAdmin } from "@/lib/use-is-admin"
import { factColumns } from "./fact-columns"
import { FilterBar } from "./filter-bar"
import { Live } from "./live"
import { COLUMNS } from "./presence-columns"
import { PresenceTable } from "./presence-table"
import {
  countsOf,
  deviceCountOf,
  linesOf,
  matching,
  narrowed,
  ordered,
  type Sort,
  type Wanted,
} from "./selection"
import { StateCards } from "./state-cards"

const WaitingNotice = later(() => import("./waiting-notice").then((part) => part.WaitingNotice))
const GettingStartedLink = later(() =>
  import("@/components/getting-started-link").then((part) => part.GettingStartedLink),
)

export interface NowSearch extends Omit<Wanted, "team"> {
  team?: number | undefined
  sort?: Sort | undefined
  descending?: boolean | undefined
  where?: string[] | undefined
  fact?: string[] | undefined
}

const NO_FILTER = {
  q: undefined,
  team: undefined,
  state: undefined,
  attention: undefined,
  where: undefined,
}

interface NowPageProps {
  search: NowSearch
  onSearch: (change: NowSearch) => void
}

/** Who is online now. */
export function NowPage({ search, onSearch }: NowPageProps) {
  const presence = useQuery(presenceQuery)
  const isAdmin = useIsAdmin()
  return (
    <Page
      title={t`Now`}
      lead={<Live updatedAt={presence.dataUpdatedAt} failed={presence.isError} />}
      actions={
        isAdmin && (
          <Suspense>
            <GettingStartedLink />
          </Suspense>
        )
      }
    >
      {presence.data !== undefined && presence.data.waiting > 0 && (
        <Suspense>
          <WaitingNotice devices={presence.data.waiting} />
        </Suspense>
      )}
      {presence.data !== undefined ? (
        <Everybody snapshot={presence.data} search={search} onSearch={onSearch} />
      ) : presence.error !== null ? (
        <Failed error={presence.error} retry={() => void presence.refetch()} />
      ) : (
        <Stack role="status" aria-label={t`Loading`}>
          <Skeleton height={104} radius="lg" />
          <Skeleton height={36} />
          <Skeleton height={420} radius="lg" />
        </Stack>
      )}
    </Page>
  )
}

function Everybody({ snapshot, search, onSearch }: NowPageProps & { snapshot: Snapshot }) {
  const teams = useQuery(teamsQuery)
  const team = teams.data?.find((each) => each.team_id === search.team)?.name
  // The table follows each key press, and the URL a moment later.
  const [q, setQ] = useState(search.q)
  useEffect(() => setQ(search.q), [search.q])
  const { sort = "state", descending = false, state, attention } = search
  const { where, fact } = search
  const facts = useQuery(presenceFactsQuery({ where, fact }))
  const agents = where === undefined ? undefined : facts.data?.agents
  const rows = useMemo(
    () =>
      agents === undefined
        ? snapshot.rows
        : snapshot.rows.filter((row) => agents.has(row.agent_id)),
    [snapshot.rows, agents],
  )
  const columns = useMemo(
    () =>
      fact === undefined ? COLUMNS : [...COLUMNS, ...factColumns(fact, facts.data?.facts ?? {})],
    [fact, facts.data],
  )
  const all = useMemo(() => ordered(rows, sort, descending), [rows, sort, descending])
  const found = useMemo(() => matching(all, { q, team }), [all, q, team])
  const shown = useMemo(() => narrowed(found, { state, attention }), [found, state, attention])
  const lines = useMemo(() => linesOf(shown), [shown])
  const counts = useMemo(() => countsOf(found), [found])
  const wrong = useMemo(() => found.filter(({ attention }) => attention).length, [found])
  if (snapshot.rows.length === 0) {
    return (
      <Message icon={Users} title={t`No employees yet`}>
        {t`Employees appear here once an agent on one of their devices has enrolled. Managers see only their own teams.`}
      </Message>
    )
  }
  return (
    <>
      <StateCards
        counts={counts}
        chosen={state}
        onChoose={(chosen) => onSearch({ state: chosen })}
      />
      <FilterBar
        search={search}
        teams={teams.data}
        wrong={wrong}
        people={shown.length}
        devices={deviceCountOf(shown)}
        onType={setQ}
        onSearch={onSearch}
      />
      {facts.error !== null && <Failed error={facts.error} retry={() => void facts.refetch()} />}
      {shown.length === 0 ? (
        <NoMatch
          title={t`No employees match these filters`}
          onClear={() => {
            setQ(undefined)
            onSearch(NO_FILTER)
          }}
        />
      ) : (
        <PresenceTable
          columns={columns}
          lines={lines}
          offsetMs={snapshot.offsetMs}
          sort={sort}
          descending={descending}
          onSort={(by) =>
            onSearch({ sort: by, descending: by === sort && !descending ? true : undefined })
          }
        />
      )}
    </>
  )
}
