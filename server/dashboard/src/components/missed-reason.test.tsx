import { i18n } from "@lingui/core"
import { I18nProvider } from "@lingui/react"
import { MantineProvider } from "@mantine/core"
import { render } from "@testing-library/react"
import { expect, test } from "vitest"
import { MissedReason } from "@/components/missed-reason"

const words = (reason: string, from: string | null, until: string | null, zone: string | null) =>
  render(
    <MantineProvider>
      <I18nProvider i18n={i18n}>
        <p>
          <MissedReason reason={reason} from={from} until={until} zone={zone} />
        </p>
      </I18nProvider>
    </MantineProvider>,
  ).container.querySelector("p")?.textContent

test("times are in the viewer's zone, with the device's time in a tooltip", () => {
  const [from, until] = ["2026-11-20T08:31:00Z", "2026-11-20T10:36:00Z"]

  // The tests are in Vienna.
  expect(words("off or asleep", from, until, null)).toMatch(
    /^Off or asleep. Awake from 09:31( AM)? to 11:36( AM)?\.$/,
  )
  expect(words("off or asleep", from, until, "Europe/Lisbon")).toMatch(
    /to 11:36( AM)? \(10:36( AM)? in Lisbon \(Europe\/Lisbon\)\)\.$/,
  )
})

test("a time from an older agent is marked as the device's", () => {
  expect(words("off or asleep from 11:36", null, null, null)).toBe(
    "Off or asleep from 11:36. (Local time of the device.)",
  )
  expect(words("the disk was full", null, null, null)).toBe("The disk was full.")
})
