import { Button, Skeleton } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { type ReactNode, useEffect } from "react"
import { Brand } from "@/components/brand"
import { Failed } from "@/components/failed"
import { Moment } from "@/components/moment"
import { Said } from "@/components/said"
import { SampleMark } from "@/components/sample-mark"
import { clockOf } from "@/lib/times"
import { Closed } from "./closed"
import { closeMySession, isClosed, mySessionQuery } from "./my-data"
import classes from "./my-data.module.css"

interface MyFrameProps {
  /** Of the link; empty where the page was open already. */
  code: string
  /** Called when the code is used up. */
  onOpened: () => void
  children: ReactNode
}

/** The slim frame of the own data: it opens with a link, and leads nowhere else. */
export function MyFrame({ code, onOpened, children }: MyFrameProps) {
  const session = useQuery(mySessionQuery(code))
  const queryClient = useQueryClient()
  const closed = useMutation({
    mutationFn: closeMySession,
    onSuccess: () => queryClient.removeQueries({ queryKey: ["my"], type: "inactive" }),
  })
  const isSettled = session.isSuccess || session.isError
  useEffect(() => {
    document.title = "My data · wfhagent"
    if (isSettled) onOpened()
  }, [isSettled, onOpened])
  return (
    <>
      <header className={classes.header}>
        <div className={classes.brand}>
          <Brand />
          <SampleMark />
        </div>
        {session.isSuccess && !closed.isSuccess && (
          <div className={classes.session}>
            <span className={classes.until}>
              Open until{" "}
              <Moment at={session.data.expires_at}>{clockOf(session.data.expires_at)}</Moment>
            </span>
            <Button
              variant="default"
              size="xs"
              loading={closed.isPending}
              onClick={() => closed.mutate()}
            >
              Close
            </Button>
          </div>
        )}
      </header>
      <main className={classes.main}>
        <Said error={closed.error} />
        {closed.isSuccess ? (
          <Closed />
        ) : session.isPending ? (
          <Skeleton height={420} role="status" aria-label="Loading" />
        ) : session.isSuccess ? (
          children
        ) : isClosed(session.error) ? (
          <Closed error={session.error} />
        ) : (
          <Failed error={session.error} retry={() => void session.refetch()} />
        )}
      </main>
    </>
  )
}
