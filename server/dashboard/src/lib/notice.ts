/** How the company's notice stands on a machine: `health.notice` of the protocol. */

export interface Notice {
  shownAt: string | null
  acknowledgedAt: string | null
  /** Why no detailed log is taken until then. */
  holds: string | null
}

/** Return what *health* says of the notice; null where the company has none. */
export function noticeOf(health: Readonly<Record<string, unknown>> | null): Notice | null {
  const said = health?.notice
  if (typeof said !== "object" || said === null) return null
  const { shown_at, acknowledged_at, holds } = said as Record<string, unknown>
  return {
    shownAt: momentOf(shown_at),
    acknowledgedAt: momentOf(acknowledged_at),
    holds: typeof holds === "string" && holds !== "" ? holds : null,
  }
}

/** What is collected on a machine: `health.collected` of the protocol. */
export interface Collected {
  /** The same on machines that collect the same. */
  fingerprint: string
  since: string | null
  /** How many changes nobody has acknowledged there. */
  openChanges: number
}

/** Return what *health* says of what is collected; null where the agent does not tell. */
export function collectedOf(health: Readonly<Record<string, unknown>> | null): Collected | null {
  const said = health?.collected
  if (typeof said !== "object" || said === null) return null
  const { fingerprint, since, open_changes } = said as Record<string, unknown>
  if (typeof fingerprint !== "string") return null
  return {
    fingerprint,
    since: momentOf(since),
    openChanges: typeof open_changes === "number" ? open_changes : 0,
  }
}

/** Return why nobody could be notified when the agent started; null where somebody was. */
export function notNotifiedOf(health: Readonly<Record<string, unknown>> | null): string | null {
  const said = health?.start_notice
  if (typeof said !== "object" || said === null) return null
  const { problem } = said as Record<string, unknown>
  return typeof problem === "string" && problem !== "" ? problem : null
}

const momentOf = (value: unknown) =>
  typeof value === "string" && !Number.isNaN(Date.parse(value)) ? value : null
