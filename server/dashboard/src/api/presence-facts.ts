/** Which devices match filters on facts, and the facts that are shown on Now. */
import { queryOptions } from "@tanstack/react-query"
import { api, unwrap } from "@/api/client"

const EVERY_MS = 30_000

export interface FactChoice {
  where?: string[] | undefined
  fact?: string[] | undefined
}

export const presenceFactsQuery = ({ where = [], fact = [] }: FactChoice) =>
  queryOptions({
    queryKey: ["presence-facts", where, fact],
    queryFn: async () => {
      const query = { where, fact }
      const { rows, facts } = await unwrap(api.GET("/api/presence", { params: { query } }))
      return { agents: new Set(rows.map((row) => row.agent_id)), facts: facts ?? {} }
    },
    enabled: where.length + fact.length > 0,
    refetchInterval: EVERY_MS,
    structuralSharing: false,
  })
