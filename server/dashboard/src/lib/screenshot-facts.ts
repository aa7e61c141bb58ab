/** What an agent reports of its screenshot, in words. Values of an unexpected type are left out. */
import { plural, t } from "@lingui/core/macro"
import { screenshotWords } from "@/lib/words"

type Reported = Readonly<Record<string, unknown>>

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

/** Return the name and the words of each fact that the protocol defines. */
export function screenshotFacts(
  status: string | null,
  reported: Reported,
): [name: string, words: string][] {
  const rows = [
    [t`Screenshot`, takenWords(status, reported)],
    [t`Size`, sizeWords(reported)],
    [t`Monitors`, monitorWords(reported)],
    [t`Hidden`, hiddenWords(reported)],
    [t`Employee notified`, notifiedWords(reported)],
  ] as const
  return rows.flatMap(([name, words]) => (words === null ? [] : [[name, words]]))
}

/** Return short notes on what is hidden in the screenshot, or wrong with it. */
export function screenshotNotes(reported: Reported): string[] {
  const notes: string[] = []
  const [hidden, black] = [numberOf(reported.hidden_windows), numberOf(reported.black_monitors)]
  if (textOf(reported.hiding_failed) !== null) notes.push(t`hiding failed, everything blurred`)
  else if (reported.blurred === true) notes.push(t`everything blurred`)
  if (hidden) notes.push(plural(hidden, { one: "# window hidden", other: "# windows hidden" }))
  if (black) notes.push(plural(black, { one: "# monitor black", other: "# monitors black" }))
  return notes
}

/** Return the facts that the protocol does not define. */
export function otherFacts(reported: Reported): Reported {
  return Object.fromEntries(Object.entries(reported).filter(([name]) => !KNOWN.includes(name)))
}

function takenWords(status: string | null, reported: Reported): string {
  const reason = textOf(reported.reason)
  return reason === null ? screenshotWords(status) : `${screenshotWords(status)}: ${reason}`
}

function sizeWords(reported: Reported): string | null {
  const [width, height, scale] = [reported.width, reported.height, reported.scale].map(numberOf)
  if (width == null || height == null) return null
  const whole = `${width} × ${height}`
  if (scale == null || scale >= 1) return whole
  const percent = Math.round(scale * 100)
  return t`${whole}, ${percent}% of the desktop`
}

function monitorWords(reported: Reported): string | null {
  const [monitors, black] = [numberOf(reported.monitors), numberOf(reported.black_monitors)]
  if (!black) return monitors === null ? null : `${monitors}`
  return monitors === null
    ? t`${black} showed only black`
    : t`${monitors}, of which ${black} showed only black`
}

function hiddenWords(reported: Reported): string | null {
  const failed = textOf(reported.hiding_failed)
  if (failed !== null)
    return t`Everything was blurred because windows could not be hidden: ${failed}`
  const hidden = numberOf(reported.hidden_windows)
  if (reported.blurred !== true) return hidden === null ? null : windowsWords(hidden)
  const windows = windowsWords(hidden ?? 0)
  return hidden ? t`${windows}, and everything was blurred` : t`Everything was blurred`
}

function windowsWords(hidden: number): string {
  return hidden === 0 ? t`Nothing` : plural(hidden, { one: "# window", other: "# windows" })
}

function notifiedWords(reported: Reported): string | null {
  if (typeof reported.notified !== "boolean") return null
  return reported.notified ? t`By a notification` : t`No`
}

const numberOf = (value: unknown) => (typeof value === "number" && value >= 0 ? value : null)
const textOf = (value: unknown) => (typeof value === "string" && value !== "" ? value : null)
