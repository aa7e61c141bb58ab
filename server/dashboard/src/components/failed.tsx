import { Button } from "@mantine/core"
import CircleAlert from "lucide-react/icons/circle-alert"
import SearchX from "lucide-react/icons/search-x"
import type { ReactNode } from "react"
import { isGone, isWrong } from "@/api/errors"
import { Message } from "@/components/message"
import { sentenceOf } from "@/lib/sentences"
import { useAgain } from "@/lib/use-again"

interface FailedProps {
  error: unknown
  retry?: () => void
  /** What helps where asking again does not, such as to clear the filters. */
  action?: ReactNode
}

/** What a part of a page shows when its question failed. */
export function Failed({ error, retry, action }: FailedProps) {
  const isAway = useAgain(error, retry)
  if (isGone(error)) {
    return (
      <Message icon={SearchX} tone="bad" title="Not found" action={action}>
        {sentenceOf(error)}
      </Message>
    )
  }
  return (
    <Message
      icon={CircleAlert}
      tone="bad"
      title="Could not load this page"
      action={
        isWrong(error)
          ? action
          : retry && (
              <Button variant="default" mt="xs" onClick={retry}>
                Retry
              </Button>
            )
      }
    >
      {sentenceOf(error)}
      {isAway && " This page retries automatically."}
    </Message>
  )
}
