import { Button } from "@mantine/core"
import { useRouter } from "@tanstack/react-router"
import CircleAlert from "lucide-react/icons/circle-alert"
import { isMissingPart } from "@/api/errors"
import { Message } from "@/components/message"
import { reloadOnceWhenReachable, reloadWhenReachable } from "@/lib/reload"
import { sentenceOf } from "@/lib/sentences"
import { useAgain } from "@/lib/use-again"

interface FailedPageProps {
  error: unknown
  reset?: () => void
  /** How the heading stands in the page. */
  order?: 1 | 2
}

/** What a page shows instead of itself when it failed. */
export function FailedPage({ error, reset, order = 2 }: FailedPageProps) {
  const router = useRouter()
  const isPart = isMissingPart(error)
  const again = () => {
    reset?.()
    void router.invalidate()
  }
  // Browsers remember that a part did not come: only a new page asks for it again.
  const isAway = useAgain(error, isPart ? reloadOnceWhenReachable : again)
  return (
    <Message
      icon={CircleAlert}
      tone="bad"
      order={order}
      title="Something went wrong"
      action={
        <Button variant="default" mt="xs" onClick={isPart ? reloadWhenReachable : again}>
          Retry
        </Button>
      }
    >
      {sentenceOf(error)}
      {isAway && " This page retries automatically."}
    </Message>
  )
}
