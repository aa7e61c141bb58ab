import { expect, test } from "vitest"
import { textOf } from "./csv-text"

const blob = (...bytes: number[]) => {
  const content = new Uint8Array(bytes)
  return { arrayBuffer: async () => content.buffer } as Blob
}

test.each([
  ["UTF-8", blob(0x4a, 0xc3, 0xbc)],
  ["UTF-8 with a byte order mark", blob(0xef, 0xbb, 0xbf, 0x4a, 0xc3, 0xbc)],
  ["Windows-1252", blob(0x4a, 0xfc)],
  ["UTF-16, little end first", blob(0xff, 0xfe, 0x4a, 0x00, 0xfc, 0x00)],
  ["UTF-16, big end first", blob(0xfe, 0xff, 0x00, 0x4a, 0x00, 0xfc)],
])("%s is read", async (_name, file) => {
  expect(await textOf(file)).toBe("Jü")
})
