/** The files of *Exports*. Without requests: the first page loads the routes' files. */

export const FILES = ["logs", "heartbeats", "pdf"] as const
export type FileKind = (typeof FILES)[number]
