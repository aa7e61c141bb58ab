import { readdirSync } from "node:fs"
import { defineConfig } from "@lingui/cli"
import { formatter } from "@lingui/format-po"

const FOLDER = new URL("src/locales/", import.meta.url)

/** Each file in src/locales/ is a language. en.po lists the English of the code, in the order of its files. */
export default defineConfig({
  locales: readdirSync(FOLDER).map((name) => name.replace(/\.po$/, "")),
  sourceLocale: "en",
  catalogs: [
    {
      path: `${process.env.CATALOGS ?? "src/locales"}/{locale}`,
      include: ["src"],
      exclude: ["**/*.test.*", "**/*.gen.ts", "**/*.d.ts"],
    },
  ],
  orderBy: "origin",
  format: formatter({ lineNumbers: false }),
})
