import { t } from "@lingui/core/macro"
import SearchX from "lucide-react/icons/search-x"
import { Message } from "@/components/message"
import { PlainButton } from "@/components/plain-button"

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
        <PlainButton mt="xs" onClick={onClear}>
          {t`Clear filters`}
        </PlainButton>
      }
    >
      {children}
    </Message>
  )
}
