import { expect, test } from "vitest"
import { day, filters, flag, oneOf, text, whole } from "@/lib/search"

test("valid values are read", () => {
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

test("invalid values are ignored", () => {
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

test("the filters of a call are read by their kinds, and nothing else is", () => {
  const kinds = { name: "text", team: "whole", on: "flag", from: "day", which: ["a", "b"] } as const

  expect(
    filters({ name: "anna", team: "7", on: "true", from: "2026-02-28", which: "b", x: "y" }, kinds),
  ).toEqual({ name: "anna", team: 7, on: true, from: "2026-02-28", which: "b" })
  expect(filters({ team: "seven", from: "2026-13-01", which: "c" }, kinds)).toEqual({})
})
