import { expect, test } from "vitest"
import { collectedOf, noticeOf, notNotifiedOf } from "@/lib/notice"

const SHOWN = "2026-11-20T08:00:00Z"

test("a notice is acknowledged, shown, or neither, and may hold logs back", () => {
  expect(noticeOf({ notice: { version: "1", shown_at: SHOWN, acknowledged_at: SHOWN } })).toEqual({
    shownAt: SHOWN,
    acknowledgedAt: SHOWN,
    holds: null,
  })
  expect(noticeOf({ notice: { required: true, holds: "it was not acknowledged" } })).toEqual({
    shownAt: null,
    acknowledgedAt: null,
    holds: "it was not acknowledged",
  })
})

test("without a report there is no notice, and an invalid time is ignored", () => {
  expect(noticeOf(null)).toBeNull()
  expect(noticeOf({ notice: "yes" })).toBeNull()
  expect(noticeOf({ notice: { shown_at: "soon", holds: 7 } })).toEqual({
    shownAt: null,
    acknowledgedAt: null,
    holds: null,
  })
})

test("what is collected has a fingerprint and a count of open changes", () => {
  expect(
    collectedOf({ collected: { fingerprint: "ab12", since: SHOWN, open_changes: 2 } }),
  ).toEqual({ fingerprint: "ab12", since: SHOWN, openChanges: 2 })
  expect(collectedOf({ collected: { fingerprint: "ab12" } })).toEqual({
    fingerprint: "ab12",
    since: null,
    openChanges: 0,
  })
  expect(collectedOf({ collected: { fingerprint: 7 } })).toBeNull()
  expect(collectedOf(null)).toBeNull()
})

test("a failed notification at the start is shown with its reason", () => {
  expect(notNotifiedOf({ start_notice: { problem: "no desktop" } })).toBe("no desktop")
  expect(notNotifiedOf({ start_notice: { shown_at: SHOWN } })).toBeNull()
  expect(notNotifiedOf({})).toBeNull()
})
