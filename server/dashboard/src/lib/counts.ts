/** Numbers with their nouns: `1 device`, `2,304 devices`. */
import { plural } from "@lingui/core/macro"

export const days = (count: number) => plural(count, { one: "# day", other: "# days" })

export const devices = (count: number) => plural(count, { one: "# device", other: "# devices" })

export const employees = (count: number) =>
  plural(count, { one: "# employee", other: "# employees" })

export const heartbeats = (count: number) =>
  plural(count, { one: "# heartbeat", other: "# heartbeats" })

export const logs = (count: number) => plural(count, { one: "# log", other: "# logs" })

export const rows = (count: number) => plural(count, { one: "# row", other: "# rows" })
