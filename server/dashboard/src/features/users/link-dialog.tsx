import { t } from "@lingui/core/macro"
import { Alert, Text } from "@mantine/core"
import { SecretDialog } from "@/components/secret-dialog"
import { absolute } from "@/lib/absolute"
import { shortOf } from "@/lib/times"
import type { CreatedLink } from "./users"

interface LinkDialogProps {
  link: CreatedLink
  onClose: () => void
}

/** Shows a new link once, and whether it was sent. */
export function LinkDialog({ link, onClose }: LinkDialogProps) {
  const { username } = link.user
  const until = shortOf(link.expires_at)
  return (
    <SecretDialog
      title={
        link.kind === "invitation" ? t`Invitation for ${{ username }}` : t`Link for ${{ username }}`
      }
      secret={absolute(link.url)}
      isSafe={link.is_mailed}
      onClose={onClose}
    >
      {link.mail_problem !== null && (
        <Alert color="yellow" role="alert" mb="sm">
          {link.mail_problem}
        </Alert>
      )}
      <Text size="sm">
        {link.is_mailed
          ? t`The link was sent by e-mail. ${{ username }} sets a password with it, once, until ${{ until }}.`
          : t`Send this link to ${{ username }}, who sets a password with it, once, until ${{ until }}. Whoever has the link can do that.`}
      </Text>
    </SecretDialog>
  )
}
