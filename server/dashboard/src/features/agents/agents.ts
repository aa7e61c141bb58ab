/** Requests about agents, and about devices that wait for approval. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query"
import { api, unwrap } from "@/api/client"
import type { components, operations } from "@/api/schema"

const PAGE = 100

export type AgentFilter = NonNullable<operations["agents"]["parameters"]["query"]>
export type AgentRow = components["schemas"]["AgentRow"]
export type Waiting =
  operations["enrollment_requests"]["responses"]["200"]["content"]["application/json"]["requests"][number]

export type DevicePlugin = components["schemas"]["DevicePlugin"]

export const agentsQuery = (filter: AgentFilter) =>
  infiniteQueryOptions({
    queryKey: ["agents", filter],
    queryFn: ({ pageParam }) => {
      const page = pageParam === null ? {} : { page: pageParam }
      return unwrap(
        api.GET("/api/agents", { params: { query: { ...filter, ...page, limit: PAGE } } }),
      )
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_page,
  })

export const devicePluginsQuery = (agent_id: number) =>
  queryOptions({
    queryKey: ["agents", "plugins", agent_id],
    queryFn: () =>
      unwrap(api.GET("/api/agents/{agent_id}/plugins", { params: { path: { agent_id } } })),
  })

export const WAITING = ["enrolment-requests"] as const

export const waitingQuery = (search: string | undefined) =>
  infiniteQueryOptions({
    queryKey: [...WAITING, search],
    queryFn: async ({ pageParam }) => {
      const page = pageParam === null ? {} : { page: pageParam }
      const query = { ...(search !== undefined && { search }), ...page, limit: PAGE }
      const found = await unwrap(api.GET("/api/enrolment-requests", { params: { query } }))
      return { ...found, rows: found.requests }
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_page,
  })

const one = (agent_uuid: string) => ({ params: { path: { agent_uuid } } })

export const approve = (agent_uuid: string) =>
  api.POST("/api/enrolment-requests/{agent_uuid}/approve", one(agent_uuid))

export const reject = (agent_uuid: string) =>
  api.DELETE("/api/enrolment-requests/{agent_uuid}", one(agent_uuid))

const agent = (agent_id: number) => ({ params: { path: { agent_id } } })

export const revoke = (agent_id: number) =>
  api.POST("/api/agents/{agent_id}/revoke", agent(agent_id))

export const confirm = (agent_id: number) =>
  api.POST("/api/agents/{agent_id}/confirm", agent(agent_id))

export type Block = components["schemas"]["BlockRow"]
export type BlockScope = components["schemas"]["BlockScope"]

export const BLOCKS = ["blocks"] as const

export const blocksQuery = queryOptions({
  queryKey: BLOCKS,
  queryFn: async () => (await unwrap(api.GET("/api/blocks"))).blocks,
})

export const block = (agent_id: number, scope: BlockScope) =>
  api.POST("/api/agents/{agent_id}/block", { ...agent(agent_id), body: { scope } })

export const unblock = (block_id: number) =>
  api.DELETE("/api/blocks/{block_id}", { params: { path: { block_id } } })
