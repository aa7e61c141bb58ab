/** What an agent says of its screenshot, in words. An agent may say anything: what has another shape is left out. */
import { counted, screenshotWords } from "@/lib/words"

type Said = Readonly<Record<string, unknown>>

const KNOWN = [
  "status",
  "reason",
  "width",
  "height",
  "scale",
  "monitors",
  "black_monitors",
  "blurred",
  "hidden_windows",
  "hiding_failed",
  "notified",
]

/** Return names and words for everything that the protocol knows of a picture. */
export function pictureFacts(status: string | null, said: Said): [name: string, words: string][] {
  const rows = [
    ["Screenshot", takenWords(status, said)],
    ["Size", sizeWords(said)],
    ["Monitors", monitorWords(said)],
    ["Hidden", hiddenWords(said)],
    ["Employee notified", toldWords(said)],
  ] as const
  return rows.flatMap(([name, words]) => (words === null ? [] : [[name, words]]))
}

/** Return in a few words what was kept off the picture, or is wrong with it; mostly nothing. */
export function pictureNotes(said: Said): string[] {
  const notes: string[] = []
  const [hidden, black] = [numberOf(said.hidden_windows), numberOf(said.black_monitors)]
  if (textOf(said.hiding_failed) !== null) notes.push("hiding failed, everything blurred")
  else if (said.blurred === true) notes.push("all blurred")
  if (hidden) notes.push(`${counted(hidden, "window")} hidden`)
  if (black) notes.push(`${counted(black, "monitor")} black`)
  return notes
}

/** Return what is said beyond the protocol. */
export function furtherOf(said: Said): Said {
  return Object.fromEntries(Object.entries(said).filter(([name]) => !KNOWN.includes(name)))
}

function takenWords(status: string | null, said: Said): string {
  const reason = textOf(said.reason)
  return reason === null ? screenshotWords(status) : `${screenshotWords(status)}: ${reason}`
}

function sizeWords(said: Said): string | null {
  const [width, height, scale] = [said.width, said.height, said.scale].map(numberOf)
  if (width == null || height == null) return null
  const whole = `${width} × ${height}`
  return scale == null || scale >= 1
    ? whole
    : `${whole}, ${Math.round(scale * 100)} % of the desktop`
}

function monitorWords(said: Said): string | null {
  const [monitors, black] = [numberOf(said.monitors), numberOf(said.black_monitors)]
  if (monitors === null) return black ? `${black} showed only black` : null
  return black ? `${monitors}, of which ${black} showed only black` : `${monitors}`
}

function hiddenWords(said: Said): string | null {
  const failed = textOf(said.hiding_failed)
  if (failed !== null)
    return `Everything was blurred because windows could not be hidden: ${failed}`
  const hidden = numberOf(said.hidden_windows)
  const windows = hidden === null ? null : hidden === 0 ? "Nothing" : counted(hidden, "window")
  if (said.blurred !== true) return windows
  return hidden ? `${windows}, and everything was blurred` : "Everything was blurred"
}

function toldWords(said: Said): string | null {
  if (typeof said.notified !== "boolean") return null
  return said.notified ? "By a notification" : "No"
}

const numberOf = (value: unknown) => (typeof value === "number" && value >= 0 ? value : null)
const textOf = (value: unknown) => (typeof value === "string" && value !== "" ? value : null)
