import { t } from "@lingui/core/macro"
import { Text } from "@mantine/core"
import { useMutation } from "@tanstack/react-query"
import { Panel } from "@/components/panel"
import { CodeForm } from "./code-form"
import { remove } from "./second-factor"

/** Removes the second factor, for example before a change of phones. */
export function RemoveSecondFactor() {
  const removed = useMutation({ mutationFn: remove })
  return (
    <Panel title={t`Second factor`}>
      {removed.isSuccess ? (
        <Text size="sm" role="status">
          {t`Second factor removed. You now sign in with your password alone.`}
        </Text>
      ) : (
        <>
          <Text size="sm" mb="sm">
            {t`Remove it before you change your phone. Enter a code from the app, or a recovery code.`}
          </Text>
          <CodeForm
            label={t`Code`}
            button={t`Remove`}
            danger
            error={removed.error}
            busy={removed.isPending}
            onCode={removed.mutate}
          />
        </>
      )}
    </Panel>
  )
}
