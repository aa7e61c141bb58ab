/** Requests about bundles for devices, and about the release that the server offers. */
import { queryOptions } from "@tanstack/react-query"
import { api, unwrap } from "@/api/client"
import type { components } from "@/api/schema"

export type Bundle = components["schemas"]["DeviceBundle"]
export type BundleFile = components["schemas"]["BundleFile"]
export type Guide = components["schemas"]["Guide"]
export type Release = components["schemas"]["Downloads"]
export type ReleaseFile = components["schemas"]["Download"]
export type TokenDevice = components["schemas"]["TokenDevice"]
export type NewBundle = components["schemas"]["NewBundle"]

const POLL_MS = 3000

export const optionsQuery = queryOptions({
  queryKey: ["device-bundles"],
  queryFn: () => unwrap(api.GET("/api/device-bundles")),
  staleTime: Number.POSITIVE_INFINITY,
})

export const createBundle = (body: NewBundle) => unwrap(api.POST("/api/device-bundles", { body }))

export const releaseQuery = queryOptions({
  queryKey: ["downloads"],
  queryFn: () => unwrap(api.GET("/api/downloads")),
})

export const downloadAddress = (name: string) => `/api/downloads/${encodeURIComponent(name)}`

/** The devices that came with a token, asked for again and again. */
export const devicesQuery = (token_id: number) =>
  queryOptions({
    queryKey: ["enrolment-tokens", token_id, "devices"],
    queryFn: () =>
      unwrap(
        api.GET("/api/enrolment-tokens/{token_id}/devices", { params: { path: { token_id } } }),
      ),
    refetchInterval: POLL_MS,
  })
