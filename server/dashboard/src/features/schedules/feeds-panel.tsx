import { msg, plural, t } from "@lingui/core/macro"
import { Button, Group, Skeleton } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import CalendarSync from "lucide-react/icons/calendar-sync"
import { useState } from "react"
import {
  deleteLeaveFeed,
  type LeaveFeedRow,
  leaveFeedsQuery,
  readLeaveFeed,
  reloadPlanning,
} from "@/api/planning"
import { type Column, DataTable } from "@/components/data-table"
import { Failed } from "@/components/failed"
import { FormError } from "@/components/form-error"
import { Message } from "@/components/message"
import { Moment } from "@/components/moment"
import { Panel } from "@/components/panel"
import { shortOf } from "@/lib/times"
import { FeedDialog } from "./feed-dialog"
import { holderWords } from "./holder-fields"
import { type Removal, RemoveDialog } from "./remove-dialog"
import classes from "./schedules.module.css"

/** Calendars by URL that leave is read from. */
export function FeedsPanel({ mayChange }: { mayChange: boolean }) {
  const found = useQuery(leaveFeedsQuery)
  const [doing, setDoing] = useState<"add" | Removal | null>(null)
  const queryClient = useQueryClient()
  const read = useMutation({
    mutationFn: readLeaveFeed,
    onSuccess: () => reloadPlanning(queryClient),
  })
  const close = () => setDoing(null)
  return (
    <Panel
      title={t`Leave calendars`}
      aside={mayChange && <Button onClick={() => setDoing("add")}>{t`Add calendar`}</Button>}
    >
      <FormError error={read.error} />
      {found.isPending ? (
        <Skeleton height={120} role="status" aria-label={t`Loading`} />
      ) : found.isError ? (
        <Failed error={found.error} retry={() => void found.refetch()} />
      ) : found.data.length === 0 ? (
        <Message icon={CalendarSync} title={t`No leave calendars`} order={3}>
          {t`The server can read leave every hour from an iCalendar address of your HR program.`}
        </Message>
      ) : (
        <DataTable
          label={t`Leave calendars`}
          columns={
            mayChange
              ? [...COLUMNS, actions(setDoing, (id) => read.mutate(id), read.isPending)]
              : COLUMNS
          }
          rows={found.data}
          keyOf={(row) => row.feed_id}
        />
      )}
      {doing === "add" && <FeedDialog onClose={close} />}
      {doing !== null && doing !== "add" && <RemoveDialog removal={doing} onClose={close} />}
    </Panel>
  )
}

const COLUMNS: readonly Column<LeaveFeedRow>[] = [
  { title: msg`Name`, isName: true, cell: ({ name }) => name },
  {
    title: msg`For`,
    isText: true,
    cell: ({ employee }) => (employee === null ? t`Everybody` : holderWords(employee)),
  },
  { title: msg`Host`, isText: true, cell: ({ host }) => host },
  {
    title: msg`Last read`,
    cell: ({ fetched_at }) =>
      fetched_at === null ? t`not yet` : <Moment at={fetched_at}>{shortOf(fetched_at)}</Moment>,
  },
  { title: msg`Result`, isText: true, cell: (row) => <Result feed={row} /> },
]

function Result({ feed }: { feed: LeaveFeedRow }) {
  if (feed.problem !== null) return <span className={classes.problem}>{feed.problem}</span>
  if (feed.fetched_at === null) return null
  const read = plural(feed.range_count, { one: "# range of leave", other: "# ranges of leave" })
  const others = plural(feed.unmatched_count, {
    one: "# event of nobody in the directory",
    other: "# events of nobody in the directory",
  })
  return feed.unmatched_count === 0 ? read : `${read} · ${others}`
}

function actions(
  onDo: (removal: Removal) => void,
  onRead: (feedId: number) => void,
  busy: boolean,
): Column<LeaveFeedRow> {
  return {
    title: null,
    align: "end",
    cell: ({ feed_id, name }) => (
      <Group gap="xs" justify="flex-end" wrap="nowrap">
        <Button
          size="compact-sm"
          variant="default"
          disabled={busy}
          aria-label={t`Read ${{ name }} now`}
          onClick={() => onRead(feed_id)}
        >
          {t`Read now`}
        </Button>
        <Button
          size="compact-sm"
          variant="subtle"
          color="red"
          aria-label={t`Delete ${{ name }}`}
          onClick={() =>
            onDo({
              title: t`Delete ${{ name }}?`,
              text: t`The leave that was read from this calendar is deleted as well.`,
              remove: () => deleteLeaveFeed(feed_id),
            })
          }
        >
          {t`Delete`}
        </Button>
      </Group>
    ),
  }
}
