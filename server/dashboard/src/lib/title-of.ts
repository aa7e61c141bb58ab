/** Headings of columns. */
import { i18n, type MessageDescriptor } from "@lingui/core"

/** A message, or the text of a plugin. */
export type Title = MessageDescriptor | string

export const titleOf = (title: Title) => (typeof title === "string" ? title : i18n._(title))

export const keyOfTitle = (title: Title) => (typeof title === "string" ? title : (title.id ?? ""))
