/** Requests about all devices together: versions, systems, and settings. */
import { queryOptions } from "@tanstack/react-query"
import { api, unwrap } from "@/api/client"
import type { components } from "@/api/schema"

export type Fleet = components["schemas"]["Fleet"]
export type SettingsGroup = components["schemas"]["SettingsGroup"]
export type System = components["schemas"]["System"]
export type VersionState = components["schemas"]["VersionState"]

/** As many digits of a fingerprint as people compare at a glance. */
export const DIGITS_SHOWN = 8

export const FLEET = ["fleet"] as const

export const fleetQuery = queryOptions({
  queryKey: FLEET,
  queryFn: () => unwrap(api.GET("/api/fleet")),
})

const one = (fingerprint: string) => ({ params: { path: { fingerprint } } })

export const agree = ({ fingerprint, label }: { fingerprint: string; label: string }) =>
  api.PUT("/api/fleet/settings/{fingerprint}", { ...one(fingerprint), body: { label } })

export const withdraw = (fingerprint: string) =>
  api.DELETE("/api/fleet/settings/{fingerprint}", one(fingerprint))
