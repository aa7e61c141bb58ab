import { msg, t } from "@lingui/core/macro"
import { Trans } from "@lingui/react/macro"
import { Button, Skeleton } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import KeyRound from "lucide-react/icons/key-round"
import { useState } from "react"
import { type Column, DataTable } from "@/components/data-table"
import { Failed } from "@/components/failed"
import { Message } from "@/components/message"
import { Moment } from "@/components/moment"
import { Page } from "@/components/page"
import { Panel } from "@/components/panel"
import { SecretDialog } from "@/components/secret-dialog"
import { Tag } from "@/components/tag"
import { shortOf } from "@/lib/times"
import { useIsAdmin } from "@/lib/use-is-admin"
import { type Key, keysQuery, scopeName } from "./api-keys"
import { CreateKey } from "./create-key"
import { RevokeKey } from "./revoke-key"

/** API keys, which programs sign in with. */
export function ApiKeysPage() {
  const isAdmin = useIsAdmin()
  const [creating, setCreating] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  const [revoked, setRevoked] = useState<Key | null>(null)
  const created = (key: string) => {
    setCreating(false)
    setSecret(key)
  }
  return (
    <Page
      title={t`API keys`}
      lead={t`A key acts on behalf of the user who created it, within its scope. What it does is logged under both names.`}
      actions={isAdmin && <Button onClick={() => setCreating(true)}>{t`Create API key`}</Button>}
    >
      <Panel title={t`API keys`}>
        <KeysTable onRevoke={isAdmin ? setRevoked : null} />
      </Panel>
      {creating && <CreateKey onClose={() => setCreating(false)} onCreated={created} />}
      <SecretDialog title={t`Your new API key`} secret={secret} onClose={() => setSecret(null)}>
        <Trans>
          The program sends it in the header <b>Authorization: Bearer</b>, over HTTPS only.
        </Trans>
      </SecretDialog>
      {revoked !== null && <RevokeKey revoked={revoked} onClose={() => setRevoked(null)} />}
    </Page>
  )
}

function KeysTable({ onRevoke }: { onRevoke: ((key: Key) => void) | null }) {
  const found = useQuery(keysQuery)
  if (found.isPending) return <Skeleton height={240} role="status" aria-label={t`Loading`} />
  if (found.isError) return <Failed error={found.error} retry={() => void found.refetch()} />
  if (found.data.length === 0) {
    return (
      <Message icon={KeyRound} title={t`No API keys yet`}>
        {t`Create one for a program that fetches exports or the audit log.`}
      </Message>
    )
  }
  const columns = onRevoke === null ? COLUMNS : [...COLUMNS, revoking(onRevoke)]
  return (
    <DataTable
      label={t`API keys`}
      columns={columns}
      rows={found.data}
      keyOf={(key) => key.key_id}
    />
  )
}

function Status({ of: { revoked_at, expires_at } }: { of: Key }) {
  if (revoked_at !== null) return <Tag tone="bad">{t`revoked`}</Tag>
  if (Date.parse(expires_at) <= Date.now()) return <Tag>{t`expired`}</Tag>
  return <Tag tone="good">{t`active`}</Tag>
}

const COLUMNS: readonly Column<Key>[] = [
  { title: msg`Label`, isName: true, cell: ({ label }) => label },
  { title: msg`Status`, cell: (key) => <Status of={key} /> },
  { title: msg`Scope`, cell: ({ scope }) => scopeName(scope) },
  { title: msg`Acts as`, isText: true, cell: ({ username }) => username },
  {
    title: msg`Expires`,
    cell: ({ expires_at }) => <Moment at={expires_at}>{shortOf(expires_at)}</Moment>,
  },
  {
    title: msg`Created`,
    cell: ({ created_at }) => <Moment at={created_at}>{shortOf(created_at)}</Moment>,
  },
]

function revoking(onRevoke: (key: Key) => void): Column<Key> {
  return {
    title: null,
    align: "end",
    cell: (key) =>
      key.revoked_at === null && (
        <Button
          size="compact-sm"
          variant="subtle"
          color="red"
          aria-label={t`Revoke ${{ label: key.label }}`}
          onClick={() => onRevoke(key)}
        >
          {t`Revoke`}
        </Button>
      ),
  }
}
