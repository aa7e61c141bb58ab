import { Text } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { Dialog } from "@/components/dialog"
import { type AgentRow, confirm, revoke } from "./agents"

/** What an administrator wants to do with an agent. */
export interface Asked {
  agent: AgentRow
  about: keyof typeof DECISIONS
}

interface DecideAgentProps {
  asked: Asked
  onClose: () => void
}

/** Asks whether an agent is to be revoked, or is the user's whose name it bears. */
export function DecideAgent({ asked: { agent, about }, onClose }: DecideAgentProps) {
  const { decide, title, button, danger, words } = DECISIONS[about]
  const queryClient = useQueryClient()
  const decided = useMutation({
    mutationFn: () => decide(agent.agent_id),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ["agents"] })
      onClose()
    },
  })
  return (
    <Dialog
      title={title(agent)}
      opened
      onClose={onClose}
      button={button}
      onSubmit={() => decided.mutate()}
      danger={danger}
      busy={decided.isPending}
      error={decided.error}
    >
      <Text size="sm">{words(agent)}</Text>
    </Dialog>
  )
}

const DECISIONS = {
  revoke: {
    decide: revoke,
    title: ({ hostname }: AgentRow) => `Revoke ${hostname}?`,
    button: "Revoke",
    danger: true,
    words: ({ username }: AgentRow) =>
      `The next request of ${username}’s agent there is refused. It keeps what it has, and enrols` +
      " anew if the token in its configuration still allows that.",
  },
  confirm: {
    decide: confirm,
    title: ({ hostname, username }: AgentRow) => `Is ${hostname} the machine of ${username}?`,
    button: "It is",
    danger: false,
    words: ({ username }: AgentRow) =>
      "Several machines bear this name, and an agent says itself whose it is. Once you confirm this" +
      ` one, whoever uses it can open all that is recorded of ${username}. If the machine is not` +
      " theirs, somebody has used the name: revoke it.",
  },
}
