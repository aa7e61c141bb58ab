import { plural, t } from "@lingui/core/macro"
import { Button, Skeleton, Stack } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { dismissSteps, gettingStartedQuery, isOpen, type StepState } from "@/api/getting-started"
import { Failed } from "@/components/failed"
import { NotAllowed } from "@/components/not-allowed"
import { Page } from "@/components/page"
import { Panel } from "@/components/panel"
import { useIsAdmin } from "@/lib/use-is-admin"
import { StepList } from "./step-list"

/** What a new server still needs, from its address to its first backup. */
export function GettingStartedPage() {
  return useIsAdmin() ? <Checklist /> : <NotAllowed roles={["admin"]} />
}

function Checklist() {
  const found = useQuery(gettingStartedQuery)
  const open = found.data?.steps.filter(isOpen) ?? []
  return (
    <Page
      title={t`Getting started`}
      lead={t`Each step is ticked off by itself when it is done.`}
      actions={open.length > 0 && <DismissAll open={open} />}
    >
      <Stack maw="48rem">
        {found.isError ? (
          <Failed error={found.error} retry={() => void found.refetch()} />
        ) : found.data === undefined ? (
          <Skeleton height={480} role="status" aria-label={t`Loading`} />
        ) : (
          <Panel
            title={
              open.length === 0
                ? t`Nothing left to do`
                : plural(open.length, { one: "# step left", other: "# steps left" })
            }
          >
            <StepList steps={found.data.steps} backup={found.data.backup} />
          </Panel>
        )}
      </Stack>
    </Page>
  )
}

function DismissAll({ open }: { open: readonly StepState[] }) {
  const queryClient = useQueryClient()
  const dismissed = useMutation({
    mutationFn: dismissSteps,
    onSuccess: () => queryClient.invalidateQueries(gettingStartedQuery),
  })
  const steps = open.map(({ step }) => step)
  return (
    <Button
      variant="default"
      loading={dismissed.isPending}
      onClick={() => dismissed.mutate({ steps, is_dismissed: true })}
    >
      {t`Dismiss all`}
    </Button>
  )
}
