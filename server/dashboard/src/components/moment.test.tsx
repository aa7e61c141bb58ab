import { MantineProvider } from "@mantine/core"
import { render, screen } from "@testing-library/react"
import userEvent from "@testing-library/user-event"
import { expect, test } from "vitest"
import { Moment } from "@/components/moment"

// jsdom has no layout, so tooltips count as hidden.
const OUTSIDE = { hidden: true }
const THEIRS = "12:00 PM in Lisbon (Europe/Lisbon)"

function show(zone: string | null) {
  render(
    <MantineProvider>
      <Moment at="2026-11-23T12:00:00Z" zone={zone}>
        4 min ago
      </Moment>
    </MantineProvider>,
  )
  return { user: userEvent.setup(), time: screen.getByText(/4 min ago/) }
}

test("the local time of an employee in another zone is there for mouse, keyboard and screen reader", async () => {
  const { user, time } = show("Europe/Lisbon")
  expect(time).toHaveTextContent(`4 min ago (${THEIRS})`)

  await user.tab()
  expect(time).toHaveFocus()
  expect(await screen.findByRole("tooltip", OUTSIDE)).toHaveTextContent(THEIRS)
  await user.tab()
  await user.hover(time)
  expect(await screen.findByRole("tooltip", OUTSIDE)).toHaveTextContent(THEIRS)
})

test.each(["Europe/Berlin", null])("a zone with the same time (%s) adds nothing", async (zone) => {
  const { user, time } = show(zone)
  expect(time.textContent).toBe("4 min ago")

  await user.tab()
  expect(time).not.toHaveFocus()
  await user.hover(time)
  expect((await screen.findByRole("tooltip", OUTSIDE)).textContent).toMatch(/^Monday.*01:00:00/)
})
