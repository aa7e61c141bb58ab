/** The states of an agent, in the order of the filter. */
import { i18n, type MessageDescriptor } from "@lingui/core"
import { msg } from "@lingui/core/macro"
export const STATES = ["online", "overdue", "offline", "never"] as const

const NAMES: Record<(typeof STATES)[number], MessageDescriptor> = {
  online: msg`Online`,
  overdue: msg`Late`,
  offline: msg`Offline`,
  never: msg`Never seen`,
}

export const stateName = (state: (typeof STATES)[number]) => i18n._(NAMES[state])
