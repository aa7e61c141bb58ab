import { MantineProvider } from "@mantine/core"
import { render } from "@testing-library/react"
import { expect, test } from "vitest"
import { MissedReason } from "@/components/missed-reason"

const words = (reason: string, from: string | null, until: string | null, zone: string | null) =>
  render(
    <MantineProvider>
      <p>
        <MissedReason reason={reason} from={from} until={until} zone={zone} />
      </p>
    </MantineProvider>,
  ).container.querySelector("p")?.textContent

test("moments become times of the reader, with those of the device for who asks", () => {
  const [from, until] = ["2026-11-20T08:31:00Z", "2026-11-20T10:36:00Z"]

  // The tests are in Vienna.
  expect(words("off or asleep", from, until, null)).toMatch(
    /^Off or asleep. Awake from 09:31( AM)? to 11:36( AM)?\.$/,
  )
  expect(words("off or asleep", from, until, "Europe/Lisbon")).toMatch(
    /to 11:36( AM)? \(10:36( AM)? in Lisbon \(Europe\/Lisbon\)\)\.$/,
  )
})

test("a time that an older agent wrote is called what it is", () => {
  expect(words("off or asleep from 11:36", null, null, null)).toBe(
    "Off or asleep from 11:36. (Local time of the device.)",
  )
  expect(words("the disk was full", null, null, null)).toBe("The disk was full.")
})
