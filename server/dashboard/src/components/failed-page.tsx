import { Button } from "@mantine/core"
import { useRouter } from "@tanstack/react-router"
import CircleAlert from "lucide-react/icons/circle-alert"
import { Message } from "@/components/message"
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
  const again = () => {
    reset?.()
    void router.invalidate()
  }
  const isAway = useAgain(error, again)
  return (
    <Message
      icon={CircleAlert}
      tone="bad"
      order={order}
      title="This did not work"
      action={
        <Button variant="default" mt="xs" onClick={again}>
          Try again
        </Button>
      }
    >
      {sentenceOf(error)}
      {isAway && " This page tries again by itself."}
    </Message>
  )
}
