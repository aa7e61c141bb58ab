import { Trans } from "@lingui/react/macro"
import { Text } from "@mantine/core"
import type { ReactNode } from "react"
import type { BackupState } from "@/api/getting-started"
import { Moment } from "@/components/moment"
import { shortOf } from "@/lib/times"

/** When the newest good backup was made, and which one was verified last. */
export function LastBackup({ backup: { made_at, verification } }: { backup: BackupState }) {
  if (made_at === null) return null
  const made = momentOf(made_at)
  return (
    <Text size="sm" c="dimmed" mt={2}>
      {verification === null ? (
        <Trans>Last backup: {made}. No backup has been verified yet.</Trans>
      ) : (
        <Verified made={made} madeAt={made_at} verification={verification} />
      )}
    </Text>
  )
}

interface VerifiedProps {
  made: ReactNode
  madeAt: string
  verification: NonNullable<BackupState["verification"]>
}

function Verified({ made, madeAt, verification }: VerifiedProps) {
  // The step has the problem already.
  if (verification.problem !== null) return <Trans>Last backup: {made}.</Trans>
  const verified = momentOf(verification.verified_at)
  if (verification.backup_made_at === madeAt)
    return (
      <Trans>
        Last backup: {made}, verified {verified}.
      </Trans>
    )
  const other = momentOf(verification.backup_made_at)
  return (
    <Trans>
      Last backup: {made}. The backup of {other} was verified {verified}.
    </Trans>
  )
}

const momentOf = (at: string) => <Moment at={at}>{shortOf(at)}</Moment>
