/** Choices of the filters of *Devices*. Without requests: the first page loads the routes' files. */

export const STATUSES = ["active", "duplicate", "revoked", "all"] as const
export type Status = (typeof STATUSES)[number]

export const TROUBLES = ["failing", "quarantine", "restart_pending"] as const
export type Trouble = (typeof TROUBLES)[number]

export const SYSTEMS = ["windows", "macos", "linux", "other"] as const
export const STATES = ["online", "overdue", "offline", "never"] as const
export const ORDERS = ["employee", "device", "last_seen", "version", "enrolled"] as const
