import { t } from "@lingui/core/macro"
import { Button, Skeleton, Text } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { Failed } from "@/components/failed"
import { FormError } from "@/components/form-error"
import { Panel } from "@/components/panel"
import { SessionTable } from "@/components/session-table"
import { endOthers, endSession, ownSessionsQuery } from "./account"

/** The user's own sessions; others can be ended. */
export function SessionsPanel() {
  const found = useQuery(ownSessionsQuery)
  const queryClient = useQueryClient()
  const onSuccess = () => queryClient.invalidateQueries(ownSessionsQuery)
  const one = useMutation({ mutationFn: endSession, onSuccess })
  const others = useMutation({ mutationFn: endOthers, onSuccess })
  const hasOthers = found.data?.some(({ is_current }) => !is_current) ?? false
  return (
    <Panel
      title={t`Sessions`}
      aside={
        hasOthers && (
          <Button
            size="compact-sm"
            variant="default"
            loading={others.isPending}
            onClick={() => others.mutate()}
          >
            {t`End all others`}
          </Button>
        )
      }
    >
      <Text size="sm" c="dimmed" mb="sm">
        {t`Where you are signed in. Addresses are not stored.`}
      </Text>
      <FormError error={one.error ?? others.error} />
      {found.isError ? (
        <Failed error={found.error} retry={() => void found.refetch()} />
      ) : found.data === undefined ? (
        <Skeleton height={120} role="status" aria-label={t`Loading`} />
      ) : (
        <SessionTable
          sessions={found.data}
          action={{
            title: null,
            align: "end",
            cell: ({ session_id, browser, is_current }) =>
              !is_current && (
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={t`End the session of ${{ browser: browser ?? t`unknown` }}`}
                  onClick={() => one.mutate(session_id)}
                >
                  {t`End`}
                </Button>
              ),
          }}
        />
      )}
    </Panel>
  )
}
