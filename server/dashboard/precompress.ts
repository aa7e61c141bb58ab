/** Adds a .br and a .gz file for every file that shrinks, so that the server does not compress. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { brotliCompressSync, gzipSync } from "node:zlib"
import type { Plugin } from "vite"

const SHRINKS = /\.(js|css|svg|json)$/
const WORTH_BYTES = 1024

export function precompress(): Plugin {
  let folder = ""
  return {
    name: "precompress",
    apply: "build",
    configResolved(config) {
      folder = config.build.outDir
    },
    closeBundle() {
      for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
        if (!SHRINKS.test(name)) continue
        const path = join(folder, name)
        const content = readFileSync(path)
        if (content.length < WORTH_BYTES) continue
        writeFileSync(`${path}.br`, brotliCompressSync(content))
        writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }))
      }
    },
  }
}
