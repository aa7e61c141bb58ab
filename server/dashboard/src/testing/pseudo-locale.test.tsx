/** Opens every page in a made-up language. Text that is still English is missing from the catalog. */
import { readFileSync } from "node:fs"
import { i18n } from "@lingui/core"
import { formatter } from "@lingui/format-po"
import { compileMessage } from "@lingui/message-utils/compileMessage"
import { fireEvent, screen, waitFor } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { greekAnswers } from "@/testing/greek-answers"
import { open } from "@/testing/render"
import { server } from "@/testing/server"

// The browser formats dates, numbers and countries, here in Greek letters.
vi.hoisted(() => {
  for (const name of ["DateTimeFormat", "DisplayNames", "NumberFormat"] as const) {
    const inGreek = ([locale, ...rest]: unknown[]) => [locale ?? "el", ...rest]
    Object.defineProperty(Intl, name, {
      value: new Proxy(Intl[name], {
        construct: (format, given) => Reflect.construct(format, inGreek(given)),
        apply: (format, _this, given) => Reflect.construct(format, inGreek(given)),
      }),
    })
  }
})

const CATALOG = "src/locales/en.po"
const READ = ["alt", "aria-label", "data-title", "placeholder", "title"]
// Names of this program, of file types, of devices and of time zones; words of filters on facts.
const NAMES =
  /\bis (false|known)\b|\bis\b|\b(wfhagent|CSV|PDF|UTC)\b|\ba\d+\b|\b[A-Z]\w+(\/[\w+-]+)+/g

const PAGES = [
  "/",
  "/?q=nobody",
  "/account",
  "/add-devices",
  "/agents",
  "/agents?search=nobody",
  "/alerts",
  "/alerts?state=resolved",
  "/audit",
  "/calendar",
  "/calendar?month=11",
  "/employees",
  "/employees/4?day=2026-11-23",
  "/exports",
  "/exports?file=pdf",
  "/facts?where=δίσκος.κλειδωμένος is false",
  "/getting-started",
  "/keys",
  "/logs",
  "/logs?log=2026-11-23.7.1&kind=missed&place=not:GR",
  "/my-data?day=2026-11-23",
  "/nothing/here",
  "/retention",
  "/schedules",
  "/set-password#link",
  "/setup",
  "/sign-in?ended=true",
  "/sign-in?refused=conflict",
  "/teams",
  "/tokens",
  "/users",
]

beforeEach(async () => {
  vi.spyOn(window, "innerHeight", "get").mockReturnValue(800)
  server.use(...greekAnswers)
  i18n.loadAndActivate({ locale: "pseudo", messages: await pseudoMessages() })
})

test.each(PAGES)("every text of %s is in the catalog", async (address) => {
  const { router } = open(address)
  await screen.findAllByRole("heading", { level: 1 })
  const { queryClient } = router.options.context
  await waitFor(() => expect(queryClient.isFetching()).toBe(0))

  expect(englishIn(document.body)).toEqual([])
})

const DIALOGS = [
  ["/alerts", "My e-mails"],
  ["/alerts", "Edit"],
  ["/alerts", "Create channel"],
  ["/alerts", "Delete"],
  ["/agents", "Confirm"],
  ["/agents", "Revoke"],
  ["/agents", "Mark as agreed"],
  ["/agents", "Remove mark"],
  ["/agents", "Compare settings"],
  ["/calendar", "Delete"],
  ["/calendar", "Edit"],
  ["/calendar", "Enter leave"],
  ["/calendar", "Import CSV"],
  ["/employees", "Add employee"],
  ["/employees", "Edit"],
  ["/employees", "Import CSV"],
  ["/employees", "Undo import"],
  ["/keys", "Create API key"],
  ["/keys", "Revoke"],
  ["/retention", "Add legal hold"],
  ["/retention", "End hold"],
  ["/schedules", "Add calendar"],
  ["/schedules", "Add schedule"],
  ["/schedules", "Change a day"],
  ["/schedules", "Choose holidays"],
  ["/schedules", "Delete"],
  ["/schedules", "Edit"],
  ["/teams", "Add team"],
  ["/teams", "Delete"],
  ["/teams", "Edit"],
  ["/tokens", "Create token"],
  ["/tokens", "Revoke"],
  ["/users", "Invite user"],
  ["/users", "Edit"],
] as const

test.each(DIALOGS)(
  "every text of the dialog of %s: %s is in the catalog",
  async (address, name) => {
    const { router } = open(address)
    const [button] = await screen.findAllByText(wide(name), { selector: "button *" })
    fireEvent.click(button as HTMLElement)
    const dialog = await screen.findByRole("dialog")
    const { queryClient } = router.options.context
    await waitFor(() => expect(queryClient.isFetching()).toBe(0))

    expect(englishIn(dialog)).toEqual([])
  },
)

/** Return *text* in letters ｌｉｋｅ ｔｈｅｓｅ. */
const wide = (text: string) =>
  text.replace(/[A-Za-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0))

/** Return every message of the catalog in such letters. */
async function pseudoMessages() {
  const context = { locale: "en", sourceLocale: "en", filename: CATALOG }
  const catalog = await formatter().parse(readFileSync(CATALOG, "utf8"), context)
  return Object.fromEntries(
    Object.entries(catalog).map(([id, { message }]) => [id, compileMessage(message ?? "", wide)]),
  )
}

/** Return visible or spoken texts in *root* with two Latin letters in a row. */
function englishIn(root: Element): string[] {
  const found: string[] = []
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
    if (text.parentElement?.closest("style, script, code, pre") == null)
      found.push(text.nodeValue ?? "")
  }
  for (const name of READ) {
    for (const element of root.querySelectorAll(`[${name}]`)) {
      found.push(element.getAttribute(name) ?? "")
    }
  }
  return [...new Set(found)].filter((text) => /[A-Za-z]{2}/.test(text.replace(NAMES, "")))
}
