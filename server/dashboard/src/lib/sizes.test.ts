import { expect, test } from "vitest"
import { sizeOf } from "@/lib/sizes"

test.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1000, "1 kB"],
  [1940, "1.9 kB"],
  [310_400, "310 kB"],
  [999_600, "1 MB"],
  [52_000_000, "52 MB"],
  [4_000_000_000_000, "4,000 GB"],
])("%d bytes are shown as %s", (bytes, words) => {
  expect(sizeOf(bytes)).toBe(words)
})
