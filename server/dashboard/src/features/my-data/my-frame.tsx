import { t } from "@lingui/core/macro"
import { Trans } from "@lingui/react/macro"
import { Button, Skeleton } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { type ReactNode, useEffect } from "react"
import { Brand } from "@/components/brand"
import { Failed } from "@/components/failed"
import { FormError } from "@/components/form-error"
import { Moment } from "@/components/moment"
import { SampleMark } from "@/components/sample-mark"
import { clockOf } from "@/lib/times"
import { Closed } from "./closed"
import { closeMySession, isClosed, mySessionQuery } from "./my-data"
import classes from "./my-data.module.css"

interface MyFrameProps {
  /** The code of the link; empty when the page was already open. */
  code: string
  /** Called when the code has been used. */
  onOpened: () => void
  children: ReactNode
}

/** The frame of My data, which opens by a link and has no navigation. */
export function MyFrame({ code, onOpened, children }: MyFrameProps) {
  const session = useQuery(mySessionQuery(code))
  const queryClient = useQueryClient()
  const closed = useMutation({
    mutationFn: closeMySession,
    onSuccess: () => queryClient.removeQueries({ queryKey: ["my"], type: "inactive" }),
  })
  const isSettled = session.isSuccess || session.isError
  useEffect(() => {
    document.title = t`My data · wfhagent`
    if (isSettled) onOpened()
  }, [isSettled, onOpened])
  const end = session.data && (
    <Moment at={session.data.expires_at}>{clockOf(session.data.expires_at)}</Moment>
  )
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
              <Trans>Open until {end}</Trans>
            </span>
            <Button
              variant="default"
              size="xs"
              loading={closed.isPending}
              onClick={() => closed.mutate()}
            >
              {t`Close`}
            </Button>
          </div>
        )}
      </header>
      <main className={classes.main}>
        <FormError error={closed.error} />
        {closed.isSuccess ? (
          <Closed />
        ) : session.isPending ? (
          <Skeleton height={420} role="status" aria-label={t`Loading`} />
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
