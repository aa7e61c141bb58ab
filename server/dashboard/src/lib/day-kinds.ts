/** What a day is for an employee, by the letters of the API. */
import { i18n, type MessageDescriptor } from "@lingui/core"
import { msg } from "@lingui/core/macro"

export const DAY_KINDS = ["w", "o", "h", "l"] as const
export type DayKind = (typeof DAY_KINDS)[number]

const WORDS: Record<DayKind, MessageDescriptor> = {
  w: msg`Working day`,
  o: msg`Day off`,
  h: msg`Public holiday`,
  l: msg`Leave`,
}

const LETTERS: Record<DayKind, MessageDescriptor> = {
  w: msg({ message: `W`, context: "a working day in one letter" }),
  o: msg({ message: `O`, context: "a day off in one letter" }),
  h: msg({ message: `H`, context: "a public holiday in one letter" }),
  l: msg({ message: `L`, context: "leave in one letter" }),
}

/** Return the kind of a letter; null for a day without a schedule. */
export function dayKindOf(letter: string | undefined): DayKind | null {
  return DAY_KINDS.find((kind) => kind === letter) ?? null
}

export const dayKindWords = (kind: DayKind): string => i18n._(WORDS[kind])

export const dayKindLetter = (kind: DayKind): string => i18n._(LETTERS[kind])
