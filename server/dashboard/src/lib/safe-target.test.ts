import { expect, test } from "vitest"
import { safeTarget } from "@/lib/safe-target"

test("an address of the dashboard stays as it is, with its query", () => {
  expect(safeTarget("/logs?employee=3&from=2026-11-20#top")).toBe(
    "/logs?employee=3&from=2026-11-20#top",
  )
})

test.each([
  undefined,
  "",
  "logs",
  "//evil.example/",
  "/\\evil.example/",
  "https://evil.example/",
  "javascript:alert(1)",
  "/sign-in?next=/sign-in",
])("%s leads to the home page", (next) => {
  expect(safeTarget(next)).toBe("/")
})
