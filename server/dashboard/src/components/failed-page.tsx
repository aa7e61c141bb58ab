import { t } from "@lingui/core/macro"
import { useRouter } from "@tanstack/react-router"
import CircleAlert from "lucide-react/icons/circle-alert"
import { isMissingPart } from "@/api/errors"
import { Message } from "@/components/message"
import { PlainButton } from "@/components/plain-button"
import { describeError } from "@/lib/describe-error"
import { reloadOnceWhenReachable, reloadWhenReachable } from "@/lib/reload"
import { useRetry } from "@/lib/use-retry"

interface FailedPageProps {
  error: unknown
  reset?: () => void
  /** The level of the heading. */
  order?: 1 | 2
}

/** Shown instead of a page that failed. */
export function FailedPage({ error, reset, order = 2 }: FailedPageProps) {
  const router = useRouter()
  const isPart = isMissingPart(error)
  const again = () => {
    reset?.()
    void router.invalidate()
  }
  // Browsers remember that a module failed to load. Only a reload requests it again.
  const isAway = useRetry(error, isPart ? reloadOnceWhenReachable : again)
  return (
    <Message
      icon={CircleAlert}
      tone="bad"
      order={order}
      title={t`Something went wrong`}
      action={
        <PlainButton mt="xs" onClick={isPart ? reloadWhenReachable : again}>
          {t`Retry`}
        </PlainButton>
      }
    >
      {describeError(error)}
      {isAway && <> {t`This page retries automatically.`}</>}
    </Message>
  )
}
