import { t } from "@lingui/core/macro"
import { MultiSelect, Select, Switch, TextInput } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { teamsQuery } from "@/api/teams"
import { Dialog } from "@/components/dialog"
import { TeamSelect } from "@/components/team-select"
import {
  type Channel,
  channelKindName,
  channelsQuery,
  createChannel,
  type NewChannel,
  topicName,
} from "./alerts"

const KINDS: readonly Channel["kind"][] = ["email", "webhook", "service"]
const TOPICS: readonly Channel["topics"][number][] = ["alerts", "devices", "audit"]

interface CreateChannelProps {
  onClose: () => void
  /** Called with the secret of a webhook; null for other channels. */
  onCreated: (secret: string | null) => void
}

/** A dialog that creates a channel. */
export function CreateChannel({ onClose, onCreated }: CreateChannelProps) {
  const [channel, setChannel] = useState<NewChannel>({
    name: "",
    kind: "email",
    address: "",
    topics: ["alerts"],
    working_hours_only: false,
  })
  const change = (part: Partial<NewChannel>) => setChannel({ ...channel, ...part })
  const teams = useQuery(teamsQuery)
  const queryClient = useQueryClient()
  const created = useMutation({
    mutationFn: createChannel,
    onSuccess: ({ secret }) => {
      // First, since a secret is shown only once.
      onCreated(secret)
      void queryClient.invalidateQueries(channelsQuery)
    },
  })
  const { label, description } = addressWords(channel.kind)
  return (
    <Dialog
      title={t`Create channel`}
      opened
      onClose={onClose}
      button={t`Create`}
      onSubmit={() => created.mutate(channel)}
      busy={created.isPending}
      error={created.error}
    >
      <TextInput
        label={t`Name`}
        required
        data-autofocus
        value={channel.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <Select
        label={t`Kind`}
        data={KINDS.map((value) => ({ value, label: channelKindName(value) }))}
        value={channel.kind}
        allowDeselect={false}
        onChange={(kind) =>
          change({ kind: (kind ?? "email") as Channel["kind"], topics: ["alerts"] })
        }
      />
      <TextInput
        label={label}
        description={description}
        required
        value={channel.address}
        onChange={(event) => change({ address: event.currentTarget.value })}
      />
      {channel.kind === "webhook" && (
        <MultiSelect
          label={t`Gets`}
          required
          data={TOPICS.map((value) => ({ value, label: topicName(value) }))}
          value={channel.topics ?? []}
          onChange={(topics) => change({ topics: topics as Channel["topics"] })}
        />
      )}
      <TeamSelect
        label={t`Only alerts about members of`}
        teams={teams.data}
        value={channel.team_id ?? undefined}
        onChange={(team) => change({ team_id: team ?? null })}
      />
      {channel.kind !== "webhook" && (
        <Switch
          label={t`Working hours only`}
          description={t`Messages wait at night and at weekends`}
          checked={channel.working_hours_only ?? false}
          onChange={(event) => change({ working_hours_only: event.currentTarget.checked })}
        />
      )}
    </Dialog>
  )
}

function addressWords(kind: Channel["kind"]) {
  switch (kind) {
    case "webhook":
      return { label: t`URL`, description: t`It begins with https:// and is a secret` }
    case "service":
      return {
        label: t`Address of the service`,
        description: t`An address of Apprise, for example slack://TokenA/TokenB/TokenC`,
      }
    default:
      return { label: t`E-mail addresses`, description: t`Separated by commas` }
  }
}
