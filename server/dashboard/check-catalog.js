/** Fails when a catalog in src/locales/ does not have the messages of the code. */
import { execFileSync } from "node:child_process"
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const CATALOGS = "src/locales"

const copy = mkdtempSync(join(tmpdir(), "catalogs-"))
try {
  cpSync(CATALOGS, copy, { recursive: true })
  const env = { ...process.env, CATALOGS: copy }
  // Workers return the files in any order, and with it the messages of two files.
  const command = ["extract", "--clean", "--workers", "1"]
  execFileSync("lingui", command, { env, stdio: ["ignore", "pipe", "inherit"] })
  const changed = readdirSync(copy).filter(
    (name) => readFileSync(join(copy, name), "utf8") !== readFileSync(join(CATALOGS, name), "utf8"),
  )
  if (changed.length > 0) {
    process.stderr.write(`Not up to date: ${changed.join(", ")}. Run: npm run catalog\n`)
    process.exitCode = 1
  }
} finally {
  rmSync(copy, { recursive: true })
}
