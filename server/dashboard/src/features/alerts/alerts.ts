/** Requests about alerts, their rules, channels and messages. */
import { t } from "@lingui/core/macro"
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query"
import { api, unwrap } from "@/api/client"
import type { components } from "@/api/schema"

type Schemas = components["schemas"]
export type Alert = Schemas["Alert"]
export type AlertRule = Schemas["AlertRule"]
export type Channel = Schemas["Channel"]
export type Message = Schemas["Message"]
export type NewChannel = Schemas["NewChannel"]
export type Subscription = Schemas["NewSubscription"]

const PAGE = 50

export const kindName = (kind: Alert["kind"]) =>
  ({
    device_silent: t`Device silent`,
    employee_not_seen: t`Employee not seen`,
    logs_missed: t`Logs missed`,
    approval_pending: t`Device waits for approval`,
    fact: t`Rule on a fact`,
    server: t`Server needs attention`,
    screenshots_full: t`Disk of screenshots nearly full`,
  })[kind]

export const channelKindName = (kind: Channel["kind"]) =>
  ({ email: t`E-mail`, webhook: t`Webhook`, service: t`Chat service` })[kind]

export const topicName = (topic: Channel["topics"][number]) =>
  ({ alerts: t`Alerts`, devices: t`Events of devices`, audit: t`Audit log` })[topic]

export const alertsQuery = (resolved: boolean) =>
  infiniteQueryOptions({
    queryKey: ["alerts", resolved],
    queryFn: ({ pageParam }) => {
      const before = pageParam === null ? {} : { before: pageParam }
      return unwrap(
        api.GET("/api/alerts", { params: { query: { resolved, ...before, limit: PAGE } } }),
      )
    },
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next_before,
  })

export const rulesQuery = queryOptions({
  queryKey: ["alert-rules"],
  queryFn: async () => (await unwrap(api.GET("/api/alert-rules"))).rules,
})

export const channelsQuery = queryOptions({
  queryKey: ["channels"],
  queryFn: () => unwrap(api.GET("/api/channels")),
})

export const messagesQuery = infiniteQueryOptions({
  queryKey: ["messages"],
  queryFn: ({ pageParam }) => {
    const before = pageParam === null ? {} : { before: pageParam }
    return unwrap(api.GET("/api/messages", { params: { query: { ...before, limit: PAGE } } }))
  },
  initialPageParam: null as number | null,
  getNextPageParam: (page) => page.next_before,
})

export const subscriptionQuery = queryOptions({
  queryKey: ["subscription"],
  queryFn: () => unwrap(api.GET("/api/subscription")),
})

export const changeRule = ({ kind, ...body }: Pick<AlertRule, "kind"> & Schemas["RuleChange"]) =>
  unwrap(api.PATCH("/api/alert-rules/{kind}", { params: { path: { kind } }, body }))

export const createChannel = (body: NewChannel) => unwrap(api.POST("/api/channels", { body }))

export const deleteChannel = (channel_id: number) =>
  api.DELETE("/api/channels/{channel_id}", { params: { path: { channel_id } } })

export const testChannel = (channel_id: number) =>
  api.POST("/api/channels/{channel_id}/test", { params: { path: { channel_id } } })

export const changeSubscription = (body: Subscription) =>
  unwrap(api.PUT("/api/subscription", { body }))
