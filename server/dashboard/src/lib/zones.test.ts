import { expect, test } from "vitest"
import { theirTimeOf } from "@/lib/zones"

// The viewer is in Vienna.
test.each([
  ["2026-11-23T12:00:00Z", "Europe/Lisbon", "12:00 PM in Lisbon (Europe/Lisbon)"],
  ["2026-07-23T12:00:00Z", "Europe/Lisbon", "01:00 PM in Lisbon (Europe/Lisbon)"],
  ["2026-11-23T12:00:00Z", "America/Argentina/Buenos_Aires", /^09:00 AM in Buenos Aires \(Am/],
  ["2026-11-23T18:00:00Z", "Asia/Tokyo", "Tue 03:00 AM in Tokyo (Asia/Tokyo)"],
  ["2026-11-23T12:00:00Z", "+05:45", "05:45 PM in UTC+05:45"],
  ["2026-11-23T02:00:00Z", "-03:30", "Sun 10:30 PM in UTC-03:30"],
  ["2026-11-23T12:00:00Z", "Etc/UTC", "12:00 PM in Etc/UTC"],
  // Summer time ends a week later in New York, so the difference is an hour smaller.
  ["2026-10-28T12:00:00Z", "America/New_York", "08:00 AM in New York (America/New_York)"],
])("%s in %s is %s", (moment, zone, expected) => {
  expect(theirTimeOf(moment, zone)).toEqual(
    typeof expected === "string" ? expected : expect.stringMatching(expected),
  )
})

test.each([
  ["Europe/Vienna"],
  // Another name, the same time.
  ["Europe/Berlin"],
  ["+01:00"],
  ["Mars/Olympus_Mons"],
  ["<b>UTC</b>"],
  [""],
  [null],
  [undefined],
])("%s adds nothing to the viewer's time", (zone) => {
  expect(theirTimeOf("2026-11-23T12:00:00Z", zone)).toBeNull()
})
