/** Reads what `wfhagent settings` prints, and compares two of them. Nothing leaves the browser. */

/** The settings by `table.key`, each as it is written there. */
export type Settings = ReadonlyMap<string, string>

export interface Difference {
  key: string
  /** Null where the setting is not there. */
  agreed: string | null
  found: string | null
}

const TABLE = /^\[(.+)\]$/
const SETTING = /^("(?:[^"\\]|\\.)*"|[\w-]+) = (.*)$/
const COMMENT = /^# ("(?:[^"\\]|\\.)*"|[\w-]+): (.+)$/

/** Return the settings in *text*; null when it is not what `wfhagent settings` prints. */
export function settingsOf(text: string): Settings | null {
  const found = new Map<string, string>()
  let table: string | undefined
  for (const line of linesOf(text)) {
    const [, opened] = TABLE.exec(line) ?? []
    const [, key, value] = SETTING.exec(line) ?? COMMENT.exec(line) ?? []
    if (opened !== undefined) {
      table = opened
      // A plugin without settings is a difference, too.
      found.set(`[${table}]`, "")
    } else if (key !== undefined && value !== undefined && table !== undefined) {
      found.set(`${table}.${key}`, readable(value))
    } else if (line !== "" && !line.startsWith("#")) return null
  }
  return table === undefined ? null : found
}

/** Return where two settings differ, in the order of the tables. */
export function differences(agreed: Settings, found: Settings): Difference[] {
  const keys = [...new Set([...agreed.keys(), ...found.keys()])].sort()
  return keys
    .map((key) => ({ key, agreed: agreed.get(key) ?? null, found: found.get(key) ?? null }))
    .filter((each) => each.agreed !== each.found)
}

/** Return the fingerprint of *text*, as `wfhagent settings --hash` prints it. */
export async function fingerprintOf(text: string): Promise<string> {
  const form = `${linesOf(text).join("\n").trimEnd()}\n`
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(form))
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("")
}

/** Windows ends lines otherwise, and editors may add a byte order mark. */
function linesOf(text: string): string[] {
  return text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
}

/** A text is written with escapes, so that every terminal shows the same. */
function readable(value: string): string {
  if (!value.startsWith('"')) return value
  try {
    return String(JSON.parse(value))
  } catch {
    return value
  }
}
