/** Whether somebody works there now, in words. */
import { i18n } from "@lingui/core"
import { msg } from "@lingui/core/macro"

export const EMPLOYEE_STATUSES = ["active", "on_leave", "left"] as const
export type EmployeeStatus = (typeof EMPLOYEE_STATUSES)[number]

const WORDS = { active: msg`active`, on_leave: msg`on leave`, left: msg`left` }

export const statusWords = (status: EmployeeStatus) => i18n._(WORDS[status])
