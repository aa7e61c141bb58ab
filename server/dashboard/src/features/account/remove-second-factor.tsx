import { Text } from "@mantine/core"
import { useMutation } from "@tanstack/react-query"
import { Panel } from "@/components/panel"
import { CodeForm } from "./code-form"
import { remove } from "./second-factor"

/** Takes the second factor away, for a new phone for example. */
export function RemoveSecondFactor() {
  const removed = useMutation({ mutationFn: remove })
  return (
    <Panel title="Remove second factor">
      {removed.isSuccess ? (
        <Text size="sm" role="status">
          Second factor removed. You now sign in with your password alone.
        </Text>
      ) : (
        <>
          <Text size="sm" mb="sm">
            Do this before you change your phone. Enter a code from the app, or a recovery code.
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
