import { t } from "@lingui/core/macro"
import { Button, Skeleton } from "@mantine/core"
import { useInfiniteQuery } from "@tanstack/react-query"
import { Failed } from "@/components/failed"
import { Panel } from "@/components/panel"
import { ViewList } from "@/components/view-list"
import { actorOf } from "@/lib/actions"
import { shortOf } from "@/lib/times"
import { isClosed, myViewsQuery } from "./my-data"

/** Who viewed or changed the employee's data, newest first. */
export function MyViews() {
  const views = useInfiniteQuery(myViewsQuery)
  if (isClosed(views.error)) return null
  return (
    <Panel title={t`Viewed by`}>
      {views.isPending ? (
        <Skeleton height={180} role="status" aria-label={t`Loading`} />
      ) : views.isError ? (
        <Failed error={views.error} retry={() => void views.refetch()} />
      ) : (
        <>
          <ViewList
            views={views.data.pages.flatMap((page) => page.rows)}
            who={whoOf}
            when={shortOf}
            empty={t`No one has viewed your data.`}
          />
          {views.hasNextPage && (
            <Button
              variant="default"
              size="xs"
              mt="sm"
              loading={views.isFetchingNextPage}
              onClick={() => void views.fetchNextPage()}
            >
              {t`Earlier`}
            </Button>
          )}
        </>
      )}
    </Panel>
  )
}

const whoOf = (actor: string) => (actor.startsWith("employee:") ? t`You` : actorOf(actor))
