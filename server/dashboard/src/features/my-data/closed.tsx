import Lock from "lucide-react/icons/lock"
import { Message } from "@/components/message"
import { sentenceOf } from "@/lib/sentences"

/** Says that the page is closed, and how to get a new link. */
export function Closed({ error }: { error?: unknown }) {
  return (
    <Message icon={Lock} order={1} title="This page has closed">
      {error === undefined
        ? "Open it again from the agent's menu or with `wfhagent my-data`."
        : sentenceOf(error)}
    </Message>
  )
}
