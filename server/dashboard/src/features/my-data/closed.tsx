import { t } from "@lingui/core/macro"
import Lock from "lucide-react/icons/lock"
import { Message } from "@/components/message"
import { describeError } from "@/lib/describe-error"

/** Says that the page has closed, and how to open it again. */
export function Closed({ error }: { error?: unknown }) {
  return (
    <Message icon={Lock} order={1} title={t`This page has closed`}>
      {error === undefined
        ? t`Open it again from the agent's menu or with \`wfhagent my-data\`.`
        : describeError(error)}
    </Message>
  )
}
