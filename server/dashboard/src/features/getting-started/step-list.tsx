import { i18n } from "@lingui/core"
import { t } from "@lingui/core/macro"
import { Alert, Button, Code, Group, Text, VisuallyHidden } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import Circle from "lucide-react/icons/circle"
import CircleCheck from "lucide-react/icons/circle-check"
import CircleMinus from "lucide-react/icons/circle-minus"
import {
  type BackupState,
  dismissSteps,
  gettingStartedQuery,
  isDone,
  isOpen,
  type StepState,
} from "@/api/getting-started"
import { FormError } from "@/components/form-error"
import { LastBackup } from "./last-backup"
import classes from "./step-list.module.css"
import { textOf, titleOf } from "./steps"

interface StepListProps {
  steps: readonly StepState[]
  backup: BackupState | null
}

/** Every step with its status; open ones with what to do next, and backups with the last one. */
export function StepList({ steps, backup }: StepListProps) {
  const queryClient = useQueryClient()
  const changed = useMutation({
    mutationFn: dismissSteps,
    onSuccess: () => queryClient.invalidateQueries(gettingStartedQuery),
  })
  return (
    <>
      <FormError error={changed.error} />
      <ol className={classes.list}>
        {steps.map((state) => (
          <li key={state.step} className={classes.step}>
            <StepMark state={state} />
            <div className={classes.text}>
              <Text fw={600}>
                {titleOf(state.step)}
                <VisuallyHidden>: {statusOf(state)}</VisuallyHidden>
              </Text>
              {isOpen(state) && <NextStep state={state} isFailure={isDamaged(state, backup)} />}
              {state.step === "backup" && backup !== null && <LastBackup backup={backup} />}
            </div>
            {!isDone(state) && (
              <Button
                size="compact-sm"
                variant="subtle"
                aria-label={
                  state.is_dismissed
                    ? t`Show ${{ step: titleOf(state.step) }} again`
                    : t`Dismiss ${{ step: titleOf(state.step) }}`
                }
                loading={changed.isPending && changed.variables.steps.includes(state.step)}
                onClick={() =>
                  changed.mutate({ steps: [state.step], is_dismissed: !state.is_dismissed })
                }
              >
                {state.is_dismissed ? t`Show again` : t`Dismiss`}
              </Button>
            )}
          </li>
        ))}
      </ol>
    </>
  )
}

function StepMark({ state }: { state: StepState }) {
  const Icon = isDone(state) ? CircleCheck : state.is_dismissed ? CircleMinus : Circle
  return (
    <span className={classes.mark} data-done={isDone(state)}>
      <Icon size={20} aria-hidden />
    </span>
  )
}

function statusOf(state: StepState): string {
  if (isDone(state)) return t`done`
  return state.is_dismissed ? t`dismissed` : t`open`
}

/** Whether the newest verification found a damaged backup. */
const isDamaged = ({ step }: StepState, backup: BackupState | null) =>
  step === "backup" && backup?.verification?.problem != null

function NextStep({ state, isFailure }: { state: StepState; isFailure: boolean }) {
  const { next, code, link } = textOf(state.step)
  return (
    <>
      {isFailure ? (
        <Alert color="red" my="xs">
          {state.problem}
        </Alert>
      ) : (
        <Text size="sm">{state.problem}</Text>
      )}
      <Text size="sm" c="dimmed" mt={2}>
        {i18n._(next)}
      </Text>
      {code !== undefined && (
        <Code block mt={6} className={classes.code}>
          {i18n._(code)}
        </Code>
      )}
      {link !== undefined && (
        <Group mt="xs">
          <Button component={Link} to={link.to} size="compact-sm" variant="default">
            {i18n._(link.words)}
          </Button>
        </Group>
      )}
    </>
  )
}
