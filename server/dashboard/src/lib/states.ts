/** The states of an agent, in the order in which they are asked for. */
export const STATES = ["online", "overdue", "offline", "never"] as const

export const STATE_NAMES: Record<(typeof STATES)[number], string> = {
  online: "Online",
  overdue: "Late",
  offline: "Offline",
  never: "Never seen",
}
