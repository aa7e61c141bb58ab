import type { PresenceRow } from "@/api/presence"
import { NOW } from "./server"

/** Return a row of somebody who is online, with what is in *more*. */
export const presenceRow = (username: string, more: Partial<PresenceRow> = {}): PresenceRow => ({
  agent_id: username.length,
  employee_id: username.length,
  username,
  hostname: `laptop-of-${username}`,
  teams: [],
  state: "online",
  status: null,
  last_seen: NOW,
  skew_seconds: 0,
  agent_version: "0.1.0",
  platform: "linux",
  logs_today: 1,
  queued: 0,
  attention: [],
  time_zone: null,
  rest: null,
  heartbeat_seconds: null,
  display_name: null,
  ...more,
})
