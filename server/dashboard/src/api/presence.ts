/** Who is here now, asked again and again; the server says when nothing changed. */
import { queryOptions } from "@tanstack/react-query"
import { api } from "@/api/client"
import { AnswerError } from "@/api/errors"
import type { components } from "@/api/schema"

export type PresenceRow = components["schemas"]["PresenceRow"]
export type State = components["schemas"]["State"]

export interface Snapshot {
  rows: PresenceRow[]
  today: string
  /** How far the server's clock is ahead of this one. */
  offsetMs: number
  tag: string | null
}

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
    return {
      rows: data.rows,
      today: data.today,
      offsetMs: Date.parse(data.server_time) - Date.now(),
      tag: response.headers.get("ETag"),
    }
  },
  refetchInterval: EVERY_MS,
  // Comparing ten thousand rows with the last ones costs more than showing them.
  structuralSharing: false,
})
