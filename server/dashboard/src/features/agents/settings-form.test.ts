import { expect, test } from "vitest"
import { differences, fingerprintOf, settingsOf } from "./settings-form"

const AGREED = `# Settings in force on this device, form 1. Secrets are left out.

[heartbeat]
interval_seconds = 300

[notice]
company = "M\\u00fcller"

[plugins.screenshot]
quality = 50

[server]
# auth_token: secret, left out
url = "https://wfh.example.com"
`
const FOUND = AGREED.replace("quality = 50", "quality = 95").replace(
  "[server]",
  "[plugins.vpn]\n\n[server]",
)

function parsed(text: string) {
  const found = settingsOf(text)
  if (found === null) throw new Error("not settings")
  return found
}

test("two settings are compared by table and key", () => {
  expect(differences(parsed(AGREED), parsed(FOUND))).toEqual([
    { key: "[plugins.vpn]", agreed: null, found: "" },
    { key: "plugins.screenshot.quality", agreed: "50", found: "95" },
  ])
})

test("the same settings have no difference, whichever system printed them", async () => {
  const windows = `\uFEFF${AGREED.replaceAll("\n", "\r\n")}`

  expect(differences(parsed(AGREED), parsed(windows))).toEqual([])
  expect(await fingerprintOf(windows)).toBe(await fingerprintOf(AGREED))
})

test("the fingerprint is the SHA-256 of the text", async () => {
  // printf 'abc\n' | sha256sum
  expect(await fingerprintOf("abc")).toBe(
    "edeaaff3f1774ad2888673770c6d64097e391bc362d7d6fb34982ddf0efd18cb",
  )
})

test("texts are shown without escapes, secrets as left out", () => {
  const found = parsed(AGREED)

  expect(found.get("notice.company")).toBe("Müller")
  expect(found.get("server.auth_token")).toBe("secret, left out")
})

test.each(["", "hello", "# only a comment", "[server]\nnot a setting"])(
  "%j is not what the command prints",
  (text) => {
    expect(settingsOf(text)).toBeNull()
  },
)
