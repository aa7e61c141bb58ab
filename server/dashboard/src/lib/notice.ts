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

const momentOf = (value: unknown) =>
  typeof value === "string" && !Number.isNaN(Date.parse(value)) ? value : null
