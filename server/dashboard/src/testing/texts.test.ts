/** Every text for users is a message of the catalog: t, msg, plural or <Trans>. */
import { readFileSync } from "node:fs"
import ts from "typescript"
import { expect, test } from "vitest"

const FILES = Object.keys(
  import.meta.glob(["../**/*.{ts,tsx}", "!../**/*.test.*", "!../**/*.{gen,d}.ts", "!../testing/*"]),
)
const MACROS = new Set(["t", "msg", "plural", "Trans"])
/** Attributes that users read, even if they hold a single word. */
const READ = new Set("alt aria-label button label lead more placeholder title what".split(" "))
/** Two words, or one that begins with a capital. Names in code have neither. */
const TEXT = /\p{L}{2,},? \p{L}|^\p{Lu}\p{Ll}+[.:!?…]?$/u
const NEVER_READ = [
  // CSS
  /^\(?(max|min)-|^min\(|^:is\(|^inherit$|system-ui|ui-monospace|^var\(/,
  // HTTP and keyboard keys
  /^(Content-|If-|ETag|X-)|^(Arrow\w+|End|Enter|Escape|Home)$/,
  // Names of errors, of shapes and of the program; messages of older agents
  /^(\w+Error|(Multi)?Polygon|wfhagent|no working day)$/,
  // Filters on facts, which are written like this in every language
  /^(0 )?is( (not|at least|at most|missing|known))?( 0)?$|^7 days ago$/,
]

test.each(FILES)("%s", (path) => {
  const name = path.replace("../", "src/")
  const file = ts.createSourceFile(name, readFileSync(name, "utf8"), ts.ScriptTarget.Latest, true)
  expect({ outside: textsOutside(file), tooEarly: translatedOnImport(file) }).toEqual({
    outside: [],
    tooEarly: [],
  })
})

test("texts outside of the catalog and texts translated on import are found", () => {
  const code = `
    const EARLY = t\`Late\`
    const lazy = [msg\`Late\`, () => t\`Late\`, "(max-width: 62em)"]
    const page = <Page title="now" w="100%">All logs <b>{t\`of\`}</b></Page>
    const label = () => \`Revoke \${name}\``
  const file = ts.createSourceFile("a.tsx", code, ts.ScriptTarget.Latest, true)

  expect(textsOutside(file)).toEqual(["4: now", "4: All logs", "5: Revoke 0"])
  expect(translatedOnImport(file)).toEqual(["2: t`Late`", "4: t`of`"])
})

/** Return the texts of *file* outside of macros, with their lines. */
function textsOutside(file: ts.SourceFile): string[] {
  const found: string[] = []
  const visit = (node: ts.Node) => {
    if (isMacro(node) || ts.isImportDeclaration(node) || ts.isTypeNode(node)) return
    const text = textOf(node)
    if (text !== null) found.push(placeOf(node, text))
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

/** Return the calls of t and plural outside of functions: they would run before a language is active. */
function translatedOnImport(file: ts.SourceFile): string[] {
  const found: string[] = []
  const visit = (node: ts.Node) => {
    if (ts.isFunctionLike(node)) return
    if (isMacro(node) && /^(t|plural)\b/.test(node.getText())) found.push(placeOf(node))
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

function placeOf(node: ts.Node, text = node.getText()): string {
  const { line } = node.getSourceFile().getLineAndCharacterOfPosition(node.getStart())
  return `${line + 1}: ${text}`
}

function isMacro(node: ts.Node): boolean {
  if (ts.isTaggedTemplateExpression(node)) return MACROS.has(node.tag.getText())
  if (ts.isCallExpression(node)) return MACROS.has(node.expression.getText())
  return ts.isJsxElement(node) && MACROS.has(node.openingElement.tagName.getText())
}

function textOf(node: ts.Node): string | null {
  if (ts.isJsxText(node)) {
    const text = node.text.trim()
    return /\p{L}{2}/u.test(text) && !isNeverRead(text) ? text : null
  }
  if (ts.isTemplateExpression(node)) {
    const parts = [node.head, ...node.templateSpans.map(({ literal }) => literal)]
    const text = parts.map((part) => part.text).join("0")
    return /\p{L}{2,},? |[ ,:(]\p{L}{2}|^\p{Lu}\p{Ll}/u.test(text) && !isNeverRead(text)
      ? text
      : null
  }
  if (!ts.isStringLiteralLike(node) || isNeverRead(node.text)) return null
  const attribute = ts.isJsxAttribute(node.parent) ? node.parent.name.getText() : null
  const isRead = attribute !== null && READ.has(attribute) && /\p{L}{2}/u.test(node.text)
  return isRead || TEXT.test(node.text) ? node.text : null
}

const isNeverRead = (text: string) => NEVER_READ.some((pattern) => pattern.test(text))
