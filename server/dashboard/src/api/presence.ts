/** Who is online, requested every ten seconds. The server answers 304 when nothing changed. */
import { queryOptions } from "@tanstack/react-query"
import { api } from "@/api/client"
import { type Snapshot, snapshotOf } from "@/api/early-snapshot"
import { AnswerError } from "@/api/errors"
import type { components } from "@/api/schema"

export type PresenceRow = components["schemas"]["PresenceRow"]
export type State = components["schemas"]["State"]

const EVERY_MS = 10_000

export const presenceQuery = queryOptions({
  queryKey: ["presence"],
  queryFn: async ({ client, signal }): Promise<Snapshot> => {
    const last = client.getQueryData<Snapshot>(["presence"])
    const headers = last?.tag != null ? { "If-None-Match": last.tag } : {}
    const { data, response } = await api.GET("/api/presence", {
      headers,
      signal,
      cache: "no-store",
    })
    if (response.status === 304 && last !== undefined) return last
    if (data === undefined) throw new AnswerError(response.status, null)
    return snapshotOf(data, response.headers.get("ETag"))
  },
  refetchInterval: EVERY_MS,
  // Comparing ten thousand rows with the last ones costs more than showing them.
  structuralSharing: false,
})
