import { plural, t } from "@lingui/core/macro"
import { Button, Center, Skeleton, Stack, Text } from "@mantine/core"
import { useInfiniteQuery } from "@tanstack/react-query"
import { Link, useNavigate } from "@tanstack/react-router"
import CalendarX from "lucide-react/icons/calendar-x"
import FileDown from "lucide-react/icons/file-down"
import { type LogFilter, logsQuery } from "@/api/logs"
import { Failed } from "@/components/failed"
import { FILTER_FIELDS } from "@/components/filter-fields"
import { LogViewer } from "@/components/log-viewer"
import { Message } from "@/components/message"
import { NoMatch } from "@/components/no-match"
import { Page } from "@/components/page"
import { daysOf } from "@/lib/times"
import { LogFilters } from "./log-filters"
import { LogList } from "./log-list"

export interface LogsSearch extends LogFilter {
  /** The log that is open over the page. */
  log?: string | undefined
}

interface LogsPageProps {
  search: LogsSearch
  onSearch: (change: LogsSearch) => void
}

/** The detailed logs that the user may see, newest first. */
export function LogsPage({ search, onSearch }: LogsPageProps) {
  const { log, ...filter } = search
  const navigate = useNavigate()
  return (
    <Page
      title={t`Logs`}
      lead={t`Two logs per device and working day. Every view is logged, and the employee can see it.`}
      actions={<ExportLink filter={filter} />}
    >
      <LogFilters filter={filter} onChange={onSearch} />
      <Found filter={filter} onClear={() => void navigate({ to: "/logs" })} />
      <LogViewer logId={log} onOpen={(logId) => onSearch({ log: logId })} />
    </Page>
  )
}

/** Links to the exports with the filters of this page. */
function ExportLink({ filter: { kind: _, ...filter } }: { filter: LogFilter }) {
  return (
    <Button
      variant="default"
      leftSection={<FileDown size={16} aria-hidden />}
      renderRoot={(props) => <Link to="/exports" search={filter} {...props} />}
    >
      {t`Export`}
    </Button>
  )
}

const countWords = (count: number | null | undefined) =>
  count == null
    ? t`More than 1,000 results`
    : plural(count, { one: "# result", other: "# results" })

/** Return the active filters in a few words: the fields scroll out of sight. */
function filterWords(filter: LogFilter): string {
  const { screenshot, kind, from, to } = filter
  const what = kind === "missed" ? t`missed` : screenshotFilterWords(screenshot)
  const named = FILTER_FIELDS.map(({ words }) => words?.(filter))
  return [...named, what, daysOf(from, to)].filter(Boolean).join(" · ")
}

function screenshotFilterWords(screenshot: LogFilter["screenshot"]): string {
  if (screenshot === "taken") return t`with screenshot`
  return screenshot === "none" ? t`without screenshot` : ""
}

interface FoundProps {
  filter: LogFilter
  onClear: () => void
}

function Found({ filter, onClear }: FoundProps) {
  const logs = useInfiniteQuery(logsQuery(filter))
  if (logs.error !== null && logs.data === undefined) {
    return (
      <Failed
        error={logs.error}
        retry={() => void logs.refetch()}
        action={
          <Button variant="default" mt="xs" onClick={onClear}>
            {t`Clear filters`}
          </Button>
        }
      />
    )
  }
  if (logs.data === undefined) {
    return (
      <Stack role="status" aria-label={t`Loading`}>
        <Skeleton height={96} />
        <Skeleton height={96} />
        <Skeleton height={96} />
      </Stack>
    )
  }
  const rows = logs.data.pages.flatMap((page) => page.rows)
  if (rows.length === 0) {
    const isFiltered = Object.values(filter).some((value) => value !== undefined)
    return isFiltered ? (
      <NoMatch title={t`No logs match these filters`} onClear={onClear} />
    ) : (
      <Message icon={CalendarX} title={t`No logs yet`}>
        {t`A device sends its first log on the first working day after it has enrolled.`}
      </Message>
    )
  }
  return (
    <>
      <Text size="sm" c="dimmed" mb="sm" role="status">
        {countWords(logs.data.pages[0]?.count)}
      </Text>
      <LogList rows={rows} about={filterWords(filter)} />
      {logs.isFetchNextPageError && <Failed error={logs.error} />}
      {logs.hasNextPage && (
        <Center mt="md">
          <Button
            variant="default"
            loading={logs.isFetchingNextPage}
            onClick={() => void logs.fetchNextPage()}
          >
            {t`Load older logs`}
          </Button>
        </Center>
      )}
    </>
  )
}
