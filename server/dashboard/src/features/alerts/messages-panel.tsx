import { msg, t } from "@lingui/core/macro"
import { Text } from "@mantine/core"
import { useInfiniteQuery } from "@tanstack/react-query"
import Inbox from "lucide-react/icons/inbox"
import type { Column } from "@/components/data-table"
import { Message as Empty } from "@/components/message"
import { Moment } from "@/components/moment"
import { PagedTable } from "@/components/paged-table"
import { Panel } from "@/components/panel"
import { Tag } from "@/components/tag"
import { shortOf } from "@/lib/times"
import { type Message, messagesQuery } from "./alerts"

/** What was sent to whom. */
export function MessagesPanel() {
  const found = useInfiniteQuery(messagesQuery)
  return (
    <Panel title={t`Messages`}>
      <PagedTable
        label={t`Messages`}
        columns={COLUMNS}
        found={found}
        keyOf={(message) => message.message_id}
        more={t`Load more messages`}
        empty={
          <Empty icon={Inbox} title={t`No messages yet`} order={3}>
            {t`Every message to a channel or a person appears here, with its delivery.`}
          </Empty>
        }
      />
    </Panel>
  )
}

const COLUMNS: readonly Column<Message>[] = [
  { title: msg`Subject`, isName: true, cell: ({ subject }) => subject },
  { title: msg`Receiver`, isText: true, cell: ({ recipient }) => recipient },
  { title: msg`Delivery`, isText: true, cell: (message) => <Delivery of={message} /> },
  {
    title: msg`Created`,
    width: "9rem",
    cell: ({ created_at }) => <Moment at={created_at}>{shortOf(created_at)}</Moment>,
  },
]

function Delivery({ of: { state, problem, next_attempt } }: { of: Message }) {
  if (state === "sent") return <Tag tone="good">{t`delivered`}</Tag>
  return (
    <>
      {state === "failed" ? (
        <Tag tone="bad">{t`given up`}</Tag>
      ) : (
        <Tag tone="waiting">{t`waiting`}</Tag>
      )}
      {problem !== null && (
        <Text size="sm" mt={4}>
          {problem}
        </Text>
      )}
      {next_attempt !== null && (
        <Text size="sm" c="dimmed" mt={4} component="div">
          {t`Next attempt:`} <Moment at={next_attempt}>{shortOf(next_attempt)}</Moment>
        </Text>
      )}
    </>
  )
}
