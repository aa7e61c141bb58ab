/** Requests about facts of plugins. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query"
import { api, unwrap } from "@/api/client"
import type { components } from "@/api/schema"

const PAGE = 100

type Schemas = components["schemas"]

export type { FactColumn } from "@/lib/fact-values"
export type FactRow = Schemas["FactRow"]
export type FactCell = Schemas["FactCell"]
export type FactView = Schemas["FactView"]
export type FactRule = Schemas["FactRule"]
export type FactAlert = Schemas["FactAlert"]
export type PluginFacts = Schemas["PluginFacts"]

/** What the page shows, as its URL has it. */
export interface FactSearch {
  plugin?: string
  fact?: string[]
  where?: string[]
  search?: string
}

export const tableQuery = (query: FactSearch) =>
  infiniteQueryOptions({
    queryKey: ["facts", "devices", query],
    queryFn: ({ pageParam }) => {
      const page = pageParam === null ? {} : { page: pageParam }
      return unwrap(
        api.GET("/api/facts/devices", { params: { query: { ...query, ...page, limit: PAGE } } }),
      )
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_page,
  })

export const distributionQuery = (fact: string, { where, search }: FactSearch) =>
  queryOptions({
    queryKey: ["facts", "distribution", fact, where, search],
    queryFn: () =>
      unwrap(
        api.GET("/api/facts/distribution/{fact}", {
          params: { path: { fact }, query: { ...(where && { where }), ...(search && { search }) } },
        }),
      ),
  })

export const historyQuery = (agent_id: number, fact: string) =>
  queryOptions({
    queryKey: ["facts", "history", agent_id, fact],
    queryFn: () =>
      unwrap(
        api.GET("/api/facts/devices/{agent_id}/{fact}", { params: { path: { agent_id, fact } } }),
      ),
  })

export const viewsQuery = queryOptions({
  queryKey: ["facts", "views"],
  queryFn: async () => (await unwrap(api.GET("/api/fact-views"))).views,
})

export const saveView = (body: { name: string } & FactSearch) =>
  unwrap(
    api.POST("/api/fact-views", {
      body: {
        name: body.name,
        ...(body.plugin !== undefined && { plugin: body.plugin }),
        fact: body.fact ?? [],
        where: body.where ?? [],
      },
    }),
  )

export const deleteView = (view_id: number) =>
  api.DELETE("/api/fact-views/{view_id}", { params: { path: { view_id } } })

export const rulesQuery = queryOptions({
  queryKey: ["facts", "rules"],
  queryFn: () => unwrap(api.GET("/api/fact-rules")),
})

export const alertsQuery = queryOptions({
  queryKey: ["facts", "alerts"],
  queryFn: async () => (await unwrap(api.GET("/api/fact-alerts"))).alerts,
})

export const addRule = (body: { name: string; where: string; hours: number }) =>
  unwrap(api.POST("/api/fact-rules", { body }))

export const deleteRule = (rule_id: number) =>
  api.DELETE("/api/fact-rules/{rule_id}", { params: { path: { rule_id } } })

/** Return the address of the CSV file with the same columns and filters as the page. */
export function csvAddress({ plugin, fact, where, search }: FactSearch, zone: string): string {
  const query = new URLSearchParams({ zone })
  if (plugin !== undefined) query.set("plugin", plugin)
  if (search !== undefined) query.set("search", search)
  for (const each of fact ?? []) query.append("fact", each)
  for (const each of where ?? []) query.append("where", each)
  return `/api/exports/facts.csv?${query}`
}
