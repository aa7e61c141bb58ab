import { Text } from "@mantine/core"
import { useMutation } from "@tanstack/react-query"
import { Panel } from "@/components/panel"
import { CodeForm } from "./code-form"
import { remove } from "./second-factor"

/** Takes the second factor away, for a new phone for example. */
export function RemoveSecondFactor() {
  const removed = useMutation({ mutationFn: remove })
  return (
    <Panel title="Remove it">
      {removed.isSuccess ? (
        <Text size="sm" role="status">
          The second factor is removed. Your password alone opens the dashboard now.
        </Text>
      ) : (
        <>
          <Text size="sm" mb="sm">
            For a new phone. It takes a code of the app, or a recovery code.
          </Text>
          <CodeForm
            label="Code"
            button="Remove"
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
