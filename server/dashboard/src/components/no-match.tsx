import { t } from "@lingui/core/macro"
import { Button } from "@mantine/core"
import SearchX from "lucide-react/icons/search-x"
import { Message } from "@/components/message"

interface NoMatchProps {
  /** Such as "No logs match these filters". */
  title: string
  onClear: () => void
  children?: string
}

/** Shown when no row matches the filters. */
export function NoMatch({ title, onClear, children }: NoMatchProps) {
  return (
    <Message
      icon={SearchX}
      title={title}
      action={
        <Button variant="default" mt="xs" onClick={onClear}>
          {t`Clear filters`}
        </Button>
      }
    >
      {children}
    </Message>
  )
}
