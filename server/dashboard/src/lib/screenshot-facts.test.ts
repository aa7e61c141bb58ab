import { expect, test } from "vitest"
import { otherFacts, screenshotFacts, screenshotNotes } from "@/lib/screenshot-facts"

const WHOLE = {
  status: "taken",
  width: 1600,
  height: 900,
  scale: 0.5,
  monitors: 2,
  black_monitors: 1,
  blurred: false,
  hidden_windows: 1,
  notified: true,
}

test("a screenshot is described by what its agent reports of it", () => {
  expect(screenshotFacts("taken", WHOLE)).toEqual([
    ["Screenshot", "Taken"],
    ["Size", "1600 × 900, 50% of the desktop"],
    ["Monitors", "2, of which 1 showed only black"],
    ["Hidden", "1 window"],
    ["Employee notified", "By a notification"],
  ])
  expect(screenshotNotes(WHOLE)).toEqual(["1 window hidden", "1 monitor black"])
})

test("a failure to hide windows is explained, with the blur that replaced it", () => {
  const report = { blurred: true, hidden_windows: null, hiding_failed: "no list of windows" }

  expect(screenshotFacts("taken", report)).toContainEqual([
    "Hidden",
    "Everything was blurred because windows could not be hidden: no list of windows",
  ])
  expect(screenshotNotes(report)).toEqual(["hiding failed, everything blurred"])
})

test("a blur from the settings is not shown as a failure", () => {
  expect(screenshotNotes({ blurred: true, hidden_windows: 0 })).toEqual(["everything blurred"])
  expect(screenshotFacts("taken", { blurred: true, hidden_windows: 2 })).toContainEqual([
    "Hidden",
    "2 windows, and everything was blurred",
  ])
})

test("facts of an unexpected type are left out, and unknown facts stay", () => {
  const odd = { hidden_windows: "many", width: [], notified: "no", blurred: 1, seen_by: "grim" }

  expect(screenshotFacts("locked", odd)).toEqual([["Screenshot", "Screen locked"]])
  expect(screenshotNotes(odd)).toEqual([])
  expect(otherFacts(odd)).toEqual({ seen_by: "grim" })
})
