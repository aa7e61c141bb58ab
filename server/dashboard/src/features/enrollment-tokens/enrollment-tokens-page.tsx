import { i18n, type MessageDescriptor } from "@lingui/core"
import { msg, t } from "@lingui/core/macro"
import { Trans } from "@lingui/react/macro"
import { Button, Skeleton } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import Ticket from "lucide-react/icons/ticket"
import { useState } from "react"
import { type Column, DataTable } from "@/components/data-table"
import { Failed } from "@/components/failed"
import { Message } from "@/components/message"
import { Moment } from "@/components/moment"
import { Page } from "@/components/page"
import { Panel } from "@/components/panel"
import { SecretDialog } from "@/components/secret-dialog"
import { Tag } from "@/components/tag"
import { TextLink } from "@/components/text-link"
import { shortOf } from "@/lib/times"
import { useIsAdmin } from "@/lib/use-is-admin"
import { CreateToken } from "./create-token"
import { type Status, statusOf, type Token, tokensQuery } from "./enrollment-tokens"
import { RevokeToken } from "./revoke-token"

/** The tokens that devices enroll with. */
export function EnrollmentTokensPage() {
  const isAdmin = useIsAdmin()
  const [creating, setCreating] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  const [revoked, setRevoked] = useState<Token | null>(null)
  const created = (token: string) => {
    setCreating(false)
    setSecret(token)
  }
  return (
    <Page
      title={t`Enrollment tokens`}
      lead={t`Deploy a token with the agent's configuration. Each device exchanges it once for its own device token.`}
      actions={
        isAdmin && (
          <>
            <TextLink to="/add-devices">{t`Add devices with files and steps`}</TextLink>
            <Button onClick={() => setCreating(true)}>{t`Create token`}</Button>
          </>
        )
      }
    >
      <Panel title={t`Tokens`}>
        <TokensTable onRevoke={isAdmin ? setRevoked : null} />
      </Panel>
      {creating && <CreateToken onClose={() => setCreating(false)} onCreated={created} />}
      <SecretDialog
        title={t`Your new enrollment token`}
        secret={secret}
        onClose={() => setSecret(null)}
      >
        <Trans>
          Add it to agent.toml as <b>auth_token</b>, under <b>[server]</b>.
        </Trans>
      </SecretDialog>
      {revoked !== null && <RevokeToken token={revoked} onClose={() => setRevoked(null)} />}
    </Page>
  )
}

function TokensTable({ onRevoke }: { onRevoke: ((token: Token) => void) | null }) {
  const found = useQuery(tokensQuery)
  if (found.isPending) return <Skeleton height={240} role="status" aria-label={t`Loading`} />
  if (found.isError) return <Failed error={found.error} retry={() => void found.refetch()} />
  if (found.data.length === 0) {
    return (
      <Message icon={Ticket} title={t`No enrollment tokens yet`}>
        {t`Create one. Devices need it to enroll.`}
      </Message>
    )
  }
  const columns = onRevoke === null ? COLUMNS : [...COLUMNS, revoking(onRevoke)]
  return (
    <DataTable
      label={t`Enrollment tokens`}
      columns={columns}
      rows={found.data}
      keyOf={(token) => token.token_id}
    />
  )
}

const TONES: Record<Status, "good" | "quiet" | "bad"> = {
  active: "good",
  used_up: "quiet",
  expired: "quiet",
  revoked: "bad",
}

const STATUSES: Record<Status, MessageDescriptor> = {
  active: msg`active`,
  used_up: msg`used up`,
  expired: msg`expired`,
  revoked: msg`revoked`,
}

const COLUMNS: readonly Column<Token>[] = [
  { title: msg`Label`, isName: true, cell: ({ label }) => label },
  {
    title: msg`Status`,
    cell: (token) => {
      const status = statusOf(token, Date.now())
      return <Tag tone={TONES[status]}>{i18n._(STATUSES[status])}</Tag>
    },
  },
  {
    title: msg`Used`,
    cell: ({ uses, use_limit }) => (use_limit === null ? uses : t`${uses} of ${use_limit}`),
  },
  { title: msg`Devices`, cell: ({ agents }) => agents },
  {
    title: msg`Approval`,
    cell: ({ needs_approval }) => (needs_approval ? t`each device` : t`none`),
  },
  {
    title: msg`Expires`,
    cell: ({ expires_at }) =>
      expires_at === null ? t`never` : <Moment at={expires_at}>{shortOf(expires_at)}</Moment>,
  },
  {
    title: msg`Created`,
    cell: ({ created_at }) => <Moment at={created_at}>{shortOf(created_at)}</Moment>,
  },
]

function revoking(onRevoke: (token: Token) => void): Column<Token> {
  return {
    title: null,
    align: "end",
    cell: (token) => (
      <Button
        size="compact-sm"
        variant="subtle"
        color="red"
        aria-label={t`Revoke ${{ label: token.label }}`}
        onClick={() => onRevoke(token)}
      >
        {t`Revoke`}
      </Button>
    ),
  }
}
