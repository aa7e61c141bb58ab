import { Button } from "@mantine/core"
import CircleAlert from "lucide-react/icons/circle-alert"
import SearchX from "lucide-react/icons/search-x"
import { isGone } from "@/api/errors"
import { Message } from "@/components/message"
import { sentenceOf } from "@/lib/sentences"
import { useAgain } from "@/lib/use-again"

/** What a part of a page shows when its question failed. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const isAway = useAgain(error, retry)
  if (isGone(error)) {
    return (
      <Message icon={SearchX} tone="bad" title="This is not here">
        {sentenceOf(error)}
      </Message>
    )
  }
  return (
    <Message
      icon={CircleAlert}
      tone="bad"
      title="This could not be loaded"
      action={
        retry && (
          <Button variant="default" mt="xs" onClick={retry}>
            Try again
          </Button>
        )
      }
    >
      {sentenceOf(error)}
      {isAway && " This page tries again by itself."}
    </Message>
  )
}
