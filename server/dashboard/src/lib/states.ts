/** The states of employees and devices, in the order of the filter. */
import { i18n, type MessageDescriptor } from "@lingui/core"
import { msg } from "@lingui/core/macro"

export const STATES = [
  "online",
  "overdue",
  "expected",
  "offline",
  "never",
  "outside_hours",
  "day_off",
  "on_leave",
  "left",
] as const

/** Those of a device, and of an employee when schedules say what this moment is. */
export type PersonState = (typeof STATES)[number]

/** Those that are there without schedules. */
export const ALWAYS: readonly PersonState[] = ["online", "overdue", "offline", "never"]

const NAMES: Record<PersonState, MessageDescriptor> = {
  online: msg`Online`,
  overdue: msg`Late`,
  expected: msg`Expected`,
  offline: msg`Offline`,
  never: msg`Never seen`,
  outside_hours: msg`Outside hours`,
  day_off: msg`Day off`,
  on_leave: msg`On leave`,
  left: msg`Left`,
}

export const stateName = (state: PersonState) => i18n._(NAMES[state])
