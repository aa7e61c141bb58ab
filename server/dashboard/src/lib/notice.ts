/** The state of the company's notice on a device: `health.notice` of the protocol. */

export interface Notice {
  shownAt: string | null
  acknowledgedAt: string | null
  /** Why no detailed log is taken until then. */
  holds: string | null
}

/** Return the notice in *health*; null if the company has none. */
export function noticeOf(health: Readonly<Record<string, unknown>> | null): Notice | null {
  const report = health?.notice
  if (typeof report !== "object" || report === null) return null
  const { shown_at, acknowledged_at, holds } = report as Record<string, unknown>
  return {
    shownAt: momentOf(shown_at),
    acknowledgedAt: momentOf(acknowledged_at),
    holds: typeof holds === "string" && holds !== "" ? holds : null,
  }
}

/** What is collected on a device: `health.collected` of the protocol. */
export interface Collected {
  /** Equal on devices that collect the same. */
  fingerprint: string
  since: string | null
  /** How many changes are not acknowledged yet. */
  openChanges: number
}

/** Return what is collected according to *health*; null if the agent does not report it. */
export function collectedOf(health: Readonly<Record<string, unknown>> | null): Collected | null {
  const report = health?.collected
  if (typeof report !== "object" || report === null) return null
  const { fingerprint, since, open_changes } = report as Record<string, unknown>
  if (typeof fingerprint !== "string") return null
  return {
    fingerprint,
    since: momentOf(since),
    openChanges: typeof open_changes === "number" ? open_changes : 0,
  }
}

/** Return why the employee could not be notified at startup; null if they were. */
export function notNotifiedOf(health: Readonly<Record<string, unknown>> | null): string | null {
  const report = health?.start_notice
  if (typeof report !== "object" || report === null) return null
  const { problem } = report as Record<string, unknown>
  return typeof problem === "string" && problem !== "" ? problem : null
}

const momentOf = (value: unknown) =>
  typeof value === "string" && !Number.isNaN(Date.parse(value)) ? value : null
