import { expect, test } from "vitest"
import { statusOf, type Token } from "./enrollment-tokens"

const NOW = Date.parse("2026-11-23T12:00:00Z")
const TOKEN: Token = {
  token_id: 1,
  label: "Vienna office",
  uses: 2,
  use_limit: null,
  needs_approval: false,
  agents: 2,
  created_at: "2026-11-20T12:00:00Z",
  expires_at: null,
  revoked_at: null,
}

test.each<[string, Partial<Token>]>([
  ["active", {}],
  ["active", { use_limit: 3, expires_at: "2026-11-23T12:00:01Z" }],
  ["used_up", { use_limit: 2 }],
  ["expired", { use_limit: 2, expires_at: "2026-11-23T12:00:00Z" }],
  ["revoked", { use_limit: 2, revoked_at: "2026-11-21T12:00:00Z" }],
])("a token is %s", (status, token) => {
  expect(statusOf({ ...TOKEN, ...token }, NOW)).toBe(status)
})
