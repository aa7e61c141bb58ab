import type { AgentRow } from "./agents"
import { ConfirmAgent } from "./confirm-agent"
import { RevokeAgent } from "./revoke-agent"

/** What an administrator is about to do with an agent. */
export interface AgentAction {
  agent: AgentRow
  kind: "confirm" | "revoke"
}

interface DecideAgentProps {
  action: AgentAction
  onClose: () => void
}

/** The dialog of the chosen action. */
export function DecideAgent({ action: { agent, kind }, onClose }: DecideAgentProps) {
  const Decision = kind === "revoke" ? RevokeAgent : ConfirmAgent
  return <Decision agent={agent} onClose={onClose} />
}
