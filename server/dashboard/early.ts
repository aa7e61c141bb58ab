/** Puts early.js before the program: it fetches what the page that was asked for is going to need. */
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import type { Plugin, Rolldown } from "vite"

type Bundle = Rolldown.OutputBundle

const SCRIPT = new URL("early.js", import.meta.url)
const PAGE = /\/src\/routes\/(.+)\.tsx\?tsr-split=component/
/** What stands around the pages of whoever has signed in. */
const AROUND = "_app"

export function early(): Plugin {
  return {
    name: "early",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      const html = bundle["index.html"]
      if (html?.type !== "asset") throw new Error("There is no index.html to put early.js into.")
      const source = `const PARTS=${JSON.stringify(partsOf(bundle))}\n${readFileSync(SCRIPT, "utf8")}`
      // Kept for ever, as the parts that it names are.
      const hash = createHash("sha256").update(source).digest("base64url").slice(0, 8)
      const fileName = `assets/early-${hash}.js`
      this.emitFile({ type: "asset", fileName, source })
      const tag = `<script async src="/${fileName}" nonce="CSP_NONCE"></script>`
      html.source = String(html.source).replace("<head>", `<head>\n    ${tag}`)
    },
  }
}

/** Return the files of each page, by its address, which index.html does not name. */
function partsOf(bundle: Bundle): Record<string, string[]> {
  const pages = new Map<string, string>()
  for (const [file, chunk] of Object.entries(bundle)) {
    const name = chunk.type === "chunk" && chunk.facadeModuleId?.match(PAGE)?.[1]
    if (name) pages.set(name, file)
  }
  const known = new Set(
    Object.values(bundle)
      .filter((each) => each.type === "chunk" && each.isEntry)
      .flatMap(({ fileName }) => withImports(fileName, bundle)),
  )
  const around = pages.get(AROUND)
  return Object.fromEntries(
    [...pages].map(([name, file]) => {
      const isInside = name.startsWith(`${AROUND}/`) && around !== undefined
      const files = [...(isInside ? withImports(around, bundle) : []), ...withImports(file, bundle)]
      const missing = [...new Set(files)].filter((each) => !known.has(each))
      return [addressOf(name), missing.map((each) => `/${each}`)]
    }),
  )
}

function withImports(file: string, bundle: Bundle, seen = new Set<string>()): string[] {
  const chunk = bundle[file]
  if (chunk?.type !== "chunk" || seen.has(file)) return []
  seen.add(file)
  const styles = chunk.viteMetadata?.importedCss ?? []
  return [...chunk.imports.flatMap((each) => withImports(each, bundle, seen)), file, ...styles]
}

/** Return where a page is, as the router writes it: of "_app/employees.$employeeId", for example. */
function addressOf(name: string): string {
  const parts = name.replace(`${AROUND}/`, "").replaceAll(".", "/")
  return parts === "index" ? "/" : `/${parts}`
}
