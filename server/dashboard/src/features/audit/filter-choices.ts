/** Choices of the filters of the audit log. Without requests: the first page loads the routes' files. */

export const PARTS = ["viewer", "viewed"] as const
export type Part = (typeof PARTS)[number]
