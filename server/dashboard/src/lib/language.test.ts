import { msg, plural, t } from "@lingui/core/macro"
import { afterEach, expect, test } from "vitest"
import { activateEnglish, activateLanguage } from "@/lib/language"

const cancel = () => t`Cancel`
const { id } = msg`Cancel`
const GERMAN = { "../locales/de.po": async () => ({ messages: { [id]: "Abbrechen" } }) }

afterEach(activateEnglish)

test("English needs no catalog, with its plurals", () => {
  const logs = (count: number) => plural(count, { one: "# log", other: "# logs" })

  expect([cancel(), logs(1), logs(2000)]).toEqual(["Cancel", "1 log", "2,000 logs"])
})

test("the first language with a catalog is active and is the lang of the page", async () => {
  await activateLanguage(["fr-FR", "de-AT", "en"], GERMAN)
  expect([cancel(), document.documentElement.lang]).toEqual(["Abbrechen", "de"])

  await activateLanguage(["en-GB", "de"], GERMAN)
  expect([cancel(), document.documentElement.lang]).toEqual(["Cancel", "en"])
})

test("a catalog that cannot be loaded leaves English", async () => {
  await activateLanguage(["de"], { "../locales/de.po": () => Promise.reject(new Error("away")) })

  expect(cancel()).toBe("Cancel")
})
