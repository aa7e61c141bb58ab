/** The weekdays on which an employee's devices take logs: Monday to Friday, unless an agent reports others. */

// The names in `health.working_days`, at their numbers in JavaScript.
const NAMES = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
const USUAL = ["mon", "tue", "wed", "thu", "fri"]

interface Agent {
  health: Readonly<Record<string, unknown>> | null
  revoked_at: string | null
}

/** Return the weekdays of all *agents* that are not revoked. */
export function weekdaysOf(agents: readonly Agent[]): ReadonlySet<number> {
  const active = agents.filter((agent) => agent.revoked_at === null)
  return new Set(active.flatMap(({ health }) => numbersOf(health?.working_days)))
}

function numbersOf(days: unknown): number[] {
  const known = Array.isArray(days) ? days.filter((name) => NAMES.includes(name)) : []
  return (known.length === 0 ? USUAL : known).map((name) => NAMES.indexOf(name))
}
