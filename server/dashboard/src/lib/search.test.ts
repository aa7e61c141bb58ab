import { expect, test } from "vitest"
import { day, flag, oneOf, text, whole } from "@/lib/search"

test("what is right is read", () => {
  const search = { q: "anna", n: "7", on: "true", from: "2026-02-28", state: "online", host: 42 }

  expect({
    ...text(search, "q"),
    ...text(search, "host"),
    ...whole(search, "n"),
    ...flag(search, "on"),
    ...day(search, "from"),
    ...oneOf(search, "state", ["online", "offline"]),
  }).toEqual({ q: "anna", host: "42", n: 7, on: true, from: "2026-02-28", state: "online" })
})

test("what is wrong is as if it were not there", () => {
  const search = {
    q: "",
    n: "-7",
    m: "1.5",
    on: "maybe",
    from: "2026-13-01",
    to: "gestern",
    state: "<b>",
  }

  expect({
    ...text(search, "q"),
    ...whole(search, "n"),
    ...whole(search, "m"),
    ...flag(search, "on"),
    ...day(search, "from"),
    ...day(search, "to"),
    ...oneOf(search, "state", ["online"]),
  }).toEqual({})
})
