import { useSuspenseQuery } from "@tanstack/react-query"
import { sessionQuery } from "@/api/session"

/** Tell whether who is signed in may change things; auditors only read. */
export function useIsAdmin(): boolean {
  return useSuspenseQuery(sessionQuery).data.role === "admin"
}
