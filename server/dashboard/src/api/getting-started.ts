/** Requests about the checklist of a new server. */
import { queryOptions } from "@tanstack/react-query"
import { api, unwrap } from "@/api/client"
import type { components, operations } from "@/api/schema"

type Checklist = operations["getting_started"]["responses"]["200"]["content"]["application/json"]
export type StepState = Checklist["steps"][number]
export type StepName = StepState["step"]
export type BackupState = components["schemas"]["BackupState"]
type DismissedSteps = components["schemas"]["DismissedSteps"]

export const gettingStartedQuery = queryOptions({
  queryKey: ["getting-started"],
  queryFn: (): Promise<Checklist> => unwrap(api.GET("/api/getting-started")),
})

export const dismissSteps = (body: DismissedSteps) => api.PATCH("/api/getting-started", { body })

export const isDone = (state: StepState) => state.problem === null

/** Return whether a step is still to be done: neither done nor dismissed. */
export const isOpen = (state: StepState) => !isDone(state) && !state.is_dismissed
