import type { AgentRow } from "./agents"
import { ConfirmAgent } from "./confirm-agent"
import { RevokeAgent } from "./revoke-agent"

/** What an administrator wants to do with an agent. */
export interface Asked {
  agent: AgentRow
  about: "confirm" | "revoke"
}

interface DecideAgentProps {
  asked: Asked
  onClose: () => void
}

/** Asks whether an agent is to be revoked, or is the user's whose name it bears. */
export function DecideAgent({ asked: { agent, about }, onClose }: DecideAgentProps) {
  const Decision = about === "revoke" ? RevokeAgent : ConfirmAgent
  return <Decision agent={agent} onClose={onClose} />
}
