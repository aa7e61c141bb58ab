import { Button, Skeleton, Text } from "@mantine/core"
import { useInfiniteQuery } from "@tanstack/react-query"
import { Failed } from "@/components/failed"
import { Moment } from "@/components/moment"
import { Panel } from "@/components/panel"
import { actorOf, wordsOf } from "@/lib/actions"
import { shortOf } from "@/lib/times"
import { isClosed, type Look, myLooksQuery } from "./my-data"
import classes from "./my-data.module.css"

/** Who looked at or changed what, newest first. */
export function MyLooks() {
  const looks = useInfiniteQuery(myLooksQuery)
  if (isClosed(looks.error)) return null
  return (
    <Panel title="Who looked">
      {looks.isPending ? (
        <Skeleton height={180} role="status" aria-label="Loading" />
      ) : looks.isError ? (
        <Failed error={looks.error} retry={() => void looks.refetch()} />
      ) : (
        <>
          <List rows={looks.data.pages.flatMap((page) => page.rows)} />
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

function List({ rows }: { rows: readonly Look[] }) {
  if (rows.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nobody, as far as the record goes back.
      </Text>
    )
  }
  return (
    <ul className={classes.looks}>
      {rows.map((look) => (
        <li key={look.audit_id}>
          <div>
            <strong>{whoOf(look.actor)}</strong> {wordsOf(look.action)}
          </div>
          <Moment at={look.at}>{shortOf(look.at)}</Moment>
          {look.reason !== null && <div className={classes.reason}>“{look.reason}”</div>}
        </li>
      ))}
    </ul>
  )
}

const whoOf = (actor: string) => (actor.startsWith("employee:") ? "You" : actorOf(actor))
