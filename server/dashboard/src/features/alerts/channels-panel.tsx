import { msg, t } from "@lingui/core/macro"
import { Button, Group, Skeleton, Stack, Text } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import Send from "lucide-react/icons/send"
import { useState } from "react"
import { type Column, DataTable } from "@/components/data-table"
import { Failed } from "@/components/failed"
import { FormError } from "@/components/form-error"
import { Message } from "@/components/message"
import { Panel } from "@/components/panel"
import { SecretDialog } from "@/components/secret-dialog"
import { Tag } from "@/components/tag"
import { useIsAdmin } from "@/lib/use-is-admin"
import {
  type Channel,
  channelKindName,
  channelsQuery,
  messagesQuery,
  testChannel,
  topicName,
} from "./alerts"
import { CreateChannel } from "./create-channel"
import { DeleteChannel } from "./delete-channel"

/** Where alerts are sent; administrators create channels and try them. */
export function ChannelsPanel() {
  const isAdmin = useIsAdmin()
  const [isCreating, setIsCreating] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  const [deleting, setDeleting] = useState<Channel | null>(null)
  const created = (key: string | null) => {
    setIsCreating(false)
    setSecret(key)
  }
  return (
    <Panel
      title={t`Channels`}
      aside={isAdmin && <Button onClick={() => setIsCreating(true)}>{t`Create channel`}</Button>}
    >
      <Channels onDelete={isAdmin ? setDeleting : null} />
      {isCreating && <CreateChannel onClose={() => setIsCreating(false)} onCreated={created} />}
      <SecretDialog
        title={t`Secret of the webhook`}
        secret={secret}
        onClose={() => setSecret(null)}
      >
        {t`The receiver needs it to check the signature of each message.`}
      </SecretDialog>
      {deleting !== null && <DeleteChannel channel={deleting} onClose={() => setDeleting(null)} />}
    </Panel>
  )
}

function Channels({ onDelete }: { onDelete: ((channel: Channel) => void) | null }) {
  const found = useQuery(channelsQuery)
  const queryClient = useQueryClient()
  const tested = useMutation({
    mutationFn: testChannel,
    onSuccess: () => queryClient.invalidateQueries(messagesQuery),
  })
  if (found.isPending) return <Skeleton height={160} role="status" aria-label={t`Loading`} />
  if (found.isError) return <Failed error={found.error} retry={() => void found.refetch()} />
  const { channels, mail } = found.data
  return (
    <Stack gap="sm">
      {!mail && (
        <Text size="sm" c="dimmed">
          {t`No mail server is set, so no e-mails are sent. Set WFHSERVER_SMTP_HOST on the server.`}
        </Text>
      )}
      {channels.length === 0 ? (
        <Message icon={Send} title={t`No channels yet`} order={3}>
          {t`A channel sends alerts to e-mail addresses, a webhook or a chat service.`}
        </Message>
      ) : (
        <DataTable
          label={t`Channels`}
          columns={
            onDelete === null
              ? COLUMNS
              : [...COLUMNS, buttons(({ channel_id }) => tested.mutate(channel_id), onDelete)]
          }
          rows={channels}
          keyOf={(channel) => channel.channel_id}
        />
      )}
      {tested.isSuccess && (
        <Text size="sm" role="status">
          {t`A test message is on its way. Its delivery appears under Messages.`}
        </Text>
      )}
      <FormError error={tested.error} />
    </Stack>
  )
}

const COLUMNS: readonly Column<Channel>[] = [
  { title: msg`Name`, isName: true, cell: ({ name }) => name },
  { title: msg`Kind`, cell: ({ kind }) => channelKindName(kind) },
  { title: msg`Address`, isText: true, cell: ({ shown }) => shown },
  { title: msg`Team`, isText: true, cell: ({ team }) => team ?? t`all` },
  { title: msg`Gets`, cell: ({ topics }) => topics.map(topicName).join(", ") },
  { title: msg`Status`, cell: (channel) => <Status of={channel} /> },
]

function Status({ of: { problem, waiting } }: { of: Channel }) {
  if (problem !== null) return <Tag tone="bad">{t`failing`}</Tag>
  if (waiting > 0) return <Tag tone="waiting">{t`${waiting} waiting`}</Tag>
  return <Tag tone="good">{t`ok`}</Tag>
}

function buttons(
  onTest: (channel: Channel) => void,
  onDelete: (channel: Channel) => void,
): Column<Channel> {
  return {
    title: null,
    align: "end",
    cell: (channel) => (
      <Group gap={4} justify="flex-end" wrap="nowrap">
        <Button
          size="compact-sm"
          variant="subtle"
          aria-label={t`Test ${{ name: channel.name }}`}
          onClick={() => onTest(channel)}
        >
          {t`Test`}
        </Button>
        <Button
          size="compact-sm"
          variant="subtle"
          color="red"
          aria-label={t`Delete ${{ name: channel.name }}`}
          onClick={() => onDelete(channel)}
        >
          {t`Delete`}
        </Button>
      </Group>
    ),
  }
}
