import { Button } from "@mantine/core"
import SearchX from "lucide-react/icons/search-x"
import { Message } from "@/components/message"

interface NoMatchProps {
  /** What would be here, such as `logs`. */
  what: string
  onClear: () => void
  children?: string
}

/** Says that the filters leave nothing of a list that may well have something. */
export function NoMatch({ what, onClear, children }: NoMatchProps) {
  return (
    <Message
      icon={SearchX}
      title={`No ${what} match these filters`}
      action={
        <Button variant="default" mt="xs" onClick={onClear}>
          Clear filters
        </Button>
      }
    >
      {children}
    </Message>
  )
}
