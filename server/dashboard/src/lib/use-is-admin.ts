import { useSuspenseQuery } from "@tanstack/react-query"
import { sessionQuery } from "@/api/session"

/** Return whether the user may change things. Auditors only read. */
export function useIsAdmin(): boolean {
  return useSuspenseQuery(sessionQuery).data.role === "admin"
}
