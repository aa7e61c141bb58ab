import { screen, within } from "@testing-library/react"
import { HttpResponse, http } from "msw"
import { expect, test } from "vitest"
import type { BackupState } from "@/api/getting-started"
import { shortOf } from "@/lib/times"
import { open } from "@/testing/render"
import { NOW, server } from "@/testing/server"

const MADE_AT = "2026-11-23T02:30:00Z"
const OLDER = "2026-11-22T02:30:00Z"
const GOOD = { backup_made_at: MADE_AT, verified_at: NOW, problem: null }
const [MADE, VERIFIED, BEFORE] = [shortOf(MADE_AT), shortOf(NOW), shortOf(OLDER)]

async function openWith(backup: BackupState | null, missing: string | null = null) {
  const steps = [{ step: "backup", problem: missing, is_dismissed: false }]
  server.use(
    http.get("*/api/getting-started", () => HttpResponse.json({ steps, backup, server_time: NOW })),
  )
  open("/getting-started")
  return within(await screen.findByRole("main")).findByRole("listitem")
}

test.each([
  ["no verification", null, `Last backup: ${MADE}. No backup has been verified yet.`],
  ["its own verification", GOOD, `Last backup: ${MADE}, verified ${VERIFIED}.`],
  [
    "that of an older one",
    { ...GOOD, backup_made_at: OLDER },
    `Last backup: ${MADE}. The backup of ${BEFORE} was verified ${VERIFIED}.`,
  ],
])("the last backup is shown with %s", async (_, verification, words) => {
  expect(await openWith({ made_at: MADE_AT, verification })).toHaveTextContent(words)
})

test("a damaged backup is an alert, and the last backup is still named", async () => {
  const damaged = "The last verification of a backup failed."
  const verification = { ...GOOD, problem: "database.dump is damaged." }

  const step = await openWith({ made_at: MADE_AT, verification }, damaged)

  expect(screen.getByRole("alert")).toHaveTextContent(damaged)
  expect(step).toHaveTextContent(`Last backup: ${MADE}.`)
})

test("without a folder that can be read nothing is claimed", async () => {
  expect(await openWith(null, "No backup is known.")).not.toHaveTextContent("Last backup")
})
