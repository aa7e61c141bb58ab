import { useSuspenseQuery } from "@tanstack/react-query"
import { sessionQuery } from "@/api/session"

/** Return whether the user may enter leave: administrators, and managers of their own teams. */
export function useEntersLeave(): boolean {
  return useSuspenseQuery(sessionQuery).data.role !== "auditor"
}
