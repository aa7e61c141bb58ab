import { Button, Skeleton } from "@mantine/core"
import { useInfiniteQuery } from "@tanstack/react-query"
import { Failed } from "@/components/failed"
import { LookList } from "@/components/look-list"
import { Panel } from "@/components/panel"
import { actorOf } from "@/lib/actions"
import { shortOf } from "@/lib/times"
import { isClosed, myLooksQuery } from "./my-data"

/** Viewed by at or changed what, newest first. */
export function MyLooks() {
  const looks = useInfiniteQuery(myLooksQuery)
  if (isClosed(looks.error)) return null
  return (
    <Panel title="Viewed by">
      {looks.isPending ? (
        <Skeleton height={180} role="status" aria-label="Loading" />
      ) : looks.isError ? (
        <Failed error={looks.error} retry={() => void looks.refetch()} />
      ) : (
        <>
          <LookList
            looks={looks.data.pages.flatMap((page) => page.rows)}
            who={whoOf}
            when={shortOf}
            nobody="No one has viewed your data."
          />
          {looks.hasNextPage && (
            <Button
              variant="default"
              size="xs"
              mt="sm"
              loading={looks.isFetchingNextPage}
              onClick={() => void looks.fetchNextPage()}
            >
              Earlier
            </Button>
          )}
        </>
      )}
    </Panel>
  )
}

const whoOf = (actor: string) => (actor.startsWith("employee:") ? "You" : actorOf(actor))
