/** On which weekdays a person's devices take logs: Monday to Friday, unless an agent says otherwise. */

// As `health.working_days` writes them, at their numbers in JavaScript.
const NAMES = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
const USUAL = ["mon", "tue", "wed", "thu", "fri"]

interface Agent {
  health: Readonly<Record<string, unknown>> | null
  revoked_at: string | null
}

/** Return the weekdays of all of *agents* that are in service. */
export function weekdaysOf(agents: readonly Agent[]): ReadonlySet<number> {
  const active = agents.filter((agent) => agent.revoked_at === null)
  return new Set(active.flatMap(({ health }) => numbersOf(health?.working_days)))
}

function numbersOf(said: unknown): number[] {
  const named = Array.isArray(said) ? said.filter((name) => NAMES.includes(name)) : []
  return (named.length === 0 ? USUAL : named).map((name) => NAMES.indexOf(name))
}
