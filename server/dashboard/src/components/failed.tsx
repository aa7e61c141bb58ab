import { t } from "@lingui/core/macro"
import CircleAlert from "lucide-react/icons/circle-alert"
import SearchX from "lucide-react/icons/search-x"
import type { ReactNode } from "react"
import { isGone, isWrong } from "@/api/errors"
import { Message } from "@/components/message"
import { PlainButton } from "@/components/plain-button"
import { describeError } from "@/lib/describe-error"
import { useRetry } from "@/lib/use-retry"

interface FailedProps {
  error: unknown
  retry?: () => void
  /** A button for errors that a retry cannot solve, such as Clear filters. */
  action?: ReactNode
}

/** Shown instead of a part of a page that could not be loaded. */
export function Failed({ error, retry, action }: FailedProps) {
  const isAway = useRetry(error, retry)
  if (isGone(error)) {
    return (
      <Message icon={SearchX} tone="bad" title={t`Not found`} action={action}>
        {describeError(error)}
      </Message>
    )
  }
  return (
    <Message
      icon={CircleAlert}
      tone="bad"
      title={t`Could not load this page`}
      action={
        isWrong(error)
          ? action
          : retry && (
              <PlainButton mt="xs" onClick={retry}>
                {t`Retry`}
              </PlainButton>
            )
      }
    >
      {describeError(error)}
      {isAway && <> {t`This page retries automatically.`}</>}
    </Message>
  )
}
