/** Words for systems, versions and settings. */
import { t } from "@lingui/core/macro"
import { DIGITS_SHOWN, type Fleet, type System } from "./fleet"

export function systemWords(system: System): string {
  if (system === "windows") return t`Windows`
  if (system === "macos") return t`macOS`
  return system === "linux" ? t`Linux` : t`Other`
}

export const OUTDATED = "outdated"

type Choice = { value: string; label: string }

export function versionChoices(fleet: Fleet | undefined): Choice[] {
  const known = (fleet?.versions ?? []).filter(({ version }) => version !== "")
  return [
    { value: OUTDATED, label: t`Outdated` },
    ...known.map(({ version }) => ({ value: version, label: version })),
  ]
}

export function settingsChoices(fleet: Fleet | undefined): Choice[] {
  const known = (fleet?.settings ?? []).flatMap(({ fingerprint, agreement }) =>
    fingerprint === null
      ? []
      : [{ value: fingerprint, label: agreement?.label ?? fingerprint.slice(0, DIGITS_SHOWN) }],
  )
  return [
    { value: "differs", label: t`Not as agreed` },
    ...known,
    { value: "unknown", label: t`Not reported` },
  ]
}
