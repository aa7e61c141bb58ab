/** The server of the tests. By default an administrator is signed in. */
import { HttpResponse, http } from "msw"
import { setupServer } from "msw/node"
import type { Session } from "@/api/session"
import type { Site } from "@/api/site"

export const NOW = "2026-11-23T12:00:00Z"

export const ADMIN: Session = {
  username: "anna",
  role: "admin",
  teams: [],
  csrf_token: "token-of-the-session",
  expires_at: "2026-11-24T00:00:00Z",
  server_time: NOW,
}

export const SITE: Site = {
  version: "0.1.0",
  is_sample: false,
  retention_days: 30,
  oldest_kept: "2026-10-24",
  today: "2026-11-23",
  zone: "UTC",
  heartbeat_seconds: 300,
  server_time: NOW,
}

export const server = setupServer(
  http.get("*/api/session", () => HttpResponse.json(ADMIN)),
  http.get("*/api/oidc", () => HttpResponse.json({ enabled: false, name: null, server_time: NOW })),
  http.get("*/api/account", () =>
    HttpResponse.json({ username: "anna", is_company: false, server_time: NOW }),
  ),
  http.get("*/api/account/sessions", () => HttpResponse.json({ sessions: [], server_time: NOW })),
  http.get("*/api/setup", () => HttpResponse.json({ is_needed: false, server_time: NOW })),
  http.get("*/api/getting-started", () =>
    HttpResponse.json({ steps: [], backup: null, server_time: NOW }),
  ),
  http.get("*/api/site", () => HttpResponse.json(SITE)),
  http.get("*/api/second-factor", () => HttpResponse.json({ is_set_up: false, server_time: NOW })),
)

/** Return a problem document as the server sends it. */
export function problem(status: number, code: string, detail: string) {
  const body = { type: "about:blank", title: code, status, detail, code, server_time: NOW }
  return HttpResponse.json(body, {
    status,
    headers: { "Content-Type": "application/problem+json" },
  })
}
