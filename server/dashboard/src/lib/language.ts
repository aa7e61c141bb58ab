/** The language of the dashboard. English is part of the code; every other language is a catalog. */
import { i18n, type Messages } from "@lingui/core"

type Catalogs = Record<string, () => Promise<{ messages: Messages }>>

const CATALOGS: Catalogs = import.meta.glob<{ messages: Messages }>([
  "../locales/*.po",
  "!../locales/en.po",
])

export function activateEnglish(): void {
  activate("en", {})
}

/**
 * Activate the first language of *wanted* (such as `de-AT`) that has a catalog. It is English when none
 * has, or when the catalog cannot be loaded.
 */
export async function activateLanguage(
  wanted: readonly string[],
  catalogs: Catalogs = CATALOGS,
): Promise<void> {
  activateEnglish()
  const locale = wanted
    .map((language) => language.split("-")[0] ?? "")
    .find((each) => each === "en" || fileOf(each) in catalogs)
  if (locale === undefined) return
  const loaded = await catalogs[fileOf(locale)]?.().catch(() => undefined)
  if (loaded === undefined) return
  activate(locale, loaded.messages)
}

function activate(locale: string, messages: Messages): void {
  i18n.loadAndActivate({ locale, messages })
  document.documentElement.lang = locale
}

const fileOf = (locale: string) => `../locales/${locale}.po`
