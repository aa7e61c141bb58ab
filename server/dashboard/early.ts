/** Adds early.js, which requests what the opened page needs before the program is loaded. */
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import type { Plugin, Rolldown } from "vite"

type Bundle = Rolldown.OutputBundle

const SCRIPTS = ["public/scheme.js", "early.js"].map((each) => new URL(each, import.meta.url))
const SCHEME = /\s*<script src="\/scheme.js"[^>]*><\/script>/
/** The file that first.ts loads, as vite.config.ts names it. */
const PROGRAM = "program"
const PAGE = /\/src\/routes\/(.+)\.tsx\?tsr-split=component/
/** The layout of pages behind the sign-in. */
const AROUND = "_app"

export function early(): Plugin {
  return {
    name: "early",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      const html = bundle["index.html"]
      if (html?.type !== "asset") throw new Error("There is no index.html to put early.js into.")
      const { program, parts } = filesOf(bundle)
      const lists = `const PROGRAM=${JSON.stringify(program)},PARTS=${JSON.stringify(parts)}`
      const source = [
        lists,
        ...SCRIPTS.map((each) => withoutComments(readFileSync(each, "utf8"))),
      ].join("\n")
      // Cached forever, like the files that it names.
      const hash = createHash("sha256").update(source).digest("base64url").slice(0, 8)
      const fileName = `assets/early-${hash}.js`
      this.emitFile({ type: "asset", fileName, source })
      // The browser waits for it: it chooses the colors of the first frame, as scheme.js does without a build.
      const tag = `<script src="/${fileName}" nonce="CSP_NONCE"></script>`
      html.source = String(html.source).replace(SCHEME, "").replace("<head>", `<head>\n    ${tag}`)
    },
  }
}

/** Return the files beyond those in index.html: of every page, and of each by its address. */
function filesOf(bundle: Bundle) {
  const pages = new Map<string, string>()
  const known = new Set<string>()
  let program: string[] = []
  for (const [file, chunk] of Object.entries(bundle)) {
    if (chunk.type !== "chunk") continue
    const name = chunk.facadeModuleId?.match(PAGE)?.[1]
    if (name) pages.set(name, file)
    if (chunk.name === PROGRAM) program = withImports(file, bundle)
    if (chunk.isEntry) for (const each of withImports(file, bundle)) known.add(each)
  }
  const missing = (files: string[]) => [...new Set(files)].filter((each) => !known.has(each))
  const addresses = (files: string[]) => missing(files).map((each) => `/${each}`)
  const others = [...pages].map(([name, file]) => {
    const files = withImports(file, bundle).filter((each) => !program.includes(each))
    return [addressOf(name), addresses(files)]
  })
  // The first page is a part of the program.
  const parts: Record<string, string[]> = { "/": [], ...Object.fromEntries(others) }
  return { program: addresses(program), parts }
}

/** Return *code* without indentation and without lines that are comments. */
function withoutComments(code: string): string {
  const lines = code.split("\n").map((line) => line.trim())
  return lines.filter((line) => !line.startsWith("//")).join("\n")
}

function withImports(file: string, bundle: Bundle, seen = new Set<string>()): string[] {
  const chunk = bundle[file]
  if (chunk?.type !== "chunk" || seen.has(file)) return []
  seen.add(file)
  const styles = chunk.viteMetadata?.importedCss ?? []
  return [...chunk.imports.flatMap((each) => withImports(each, bundle, seen)), file, ...styles]
}

/** Return the path of a route file such as "_app/employees.$employeeId". */
function addressOf(name: string): string {
  const parts = name.replace(`${AROUND}/`, "").replaceAll(".", "/")
  return parts === "index" ? "/" : `/${parts}`
}
