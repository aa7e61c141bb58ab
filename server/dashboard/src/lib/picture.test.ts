import { expect, test } from "vitest"
import { furtherOf, pictureFacts, pictureNotes } from "@/lib/picture"

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

test("a picture is described by what its agent says of it", () => {
  expect(pictureFacts("taken", WHOLE)).toEqual([
    ["Screenshot", "Taken"],
    ["Size", "1600 × 900, 50 % of the desktop"],
    ["Monitors", "2, of which 1 showed only black"],
    ["Hidden", "1 window"],
    ["Employee notified", "By a notification"],
  ])
  expect(pictureNotes(WHOLE)).toEqual(["1 window hidden", "1 monitor black"])
})

test("why windows could not be hidden is said, and that all was blurred", () => {
  const said = { blurred: true, hidden_windows: null, hiding_failed: "no list of windows" }

  expect(pictureFacts("taken", said)).toContainEqual([
    "Hidden",
    "Everything was blurred because windows could not be hidden: no list of windows",
  ])
  expect(pictureNotes(said)).toEqual(["hiding failed, everything blurred"])
})

test("a blur that is a setting is no failure", () => {
  expect(pictureNotes({ blurred: true, hidden_windows: 0 })).toEqual(["all blurred"])
  expect(pictureFacts("taken", { blurred: true, hidden_windows: 2 })).toContainEqual([
    "Hidden",
    "2 windows, and everything was blurred",
  ])
})

test("what has another shape than the protocol's is left out, what goes beyond it stays", () => {
  const odd = { hidden_windows: "many", width: [], notified: "no", blurred: 1, seen_by: "grim" }

  expect(pictureFacts("locked", odd)).toEqual([["Screenshot", "Screen locked"]])
  expect(pictureNotes(odd)).toEqual([])
  expect(furtherOf(odd)).toEqual({ seen_by: "grim" })
})
