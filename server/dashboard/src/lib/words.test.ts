import { expect, test } from "vitest"
import { missedWords, placeWords, screenshotWords } from "@/lib/words"

test("codes become words, and unknown codes are shown as they are", () => {
  expect(screenshotWords("locked")).toBe("Screen locked")
  expect(screenshotWords("on_fire")).toBe("on_fire")
  expect(screenshotWords(null)).toBe("Unknown")
  expect(missedWords(null)).toBe("No reason was given.")
  expect(missedWords("off or asleep")).toBe("Off or asleep.")
})

test("a location shows what is known of it", () => {
  expect(placeWords({ city: "Graz", country: "AT" })).toBe("Graz, Austria")
  expect(placeWords({ country: "Atlantis" })).toBe("Atlantis")
  expect(placeWords({})).toBe("–")
})
