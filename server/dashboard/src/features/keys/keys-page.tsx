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
import { ShownOnce } from "@/components/shown-once"
import { Tag } from "@/components/tag"
import { shortOf } from "@/lib/times"
import { useIsAdmin } from "@/lib/use-is-admin"
import { CreateKey } from "./create-key"
import { type Key, keysQuery } from "./keys"
import { RevokeKey } from "./revoke-key"

/** What programs sign in with. */
export function KeysPage() {
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
      title="API keys"
      lead="A key acts on behalf of the user who created it, within its scope. What it does is logged under both names."
      actions={isAdmin && <Button onClick={() => setCreating(true)}>Create API key</Button>}
    >
      <Panel title="API keys">
        <KeysTable onRevoke={isAdmin ? setRevoked : null} />
      </Panel>
      {creating && <CreateKey onClose={() => setCreating(false)} onCreated={created} />}
      <ShownOnce title="Your new API key" secret={secret} onClose={() => setSecret(null)}>
        The program sends it as <b>Authorization: Bearer</b>, over https only.
      </ShownOnce>
      {revoked !== null && <RevokeKey revoked={revoked} onClose={() => setRevoked(null)} />}
    </Page>
  )
}

function KeysTable({ onRevoke }: { onRevoke: ((key: Key) => void) | null }) {
  const found = useQuery(keysQuery)
  if (found.isPending) return <Skeleton height={240} role="status" aria-label="Loading" />
  if (found.isError) return <Failed error={found.error} retry={() => void found.refetch()} />
  if (found.data.length === 0) {
    return (
      <Message icon={KeyRound} title="No API keys yet">
        Create one for a program that fetches exports or the audit log.
      </Message>
    )
  }
  const columns = onRevoke === null ? COLUMNS : [...COLUMNS, revoking(onRevoke)]
  return (
    <DataTable label="API keys" columns={columns} rows={found.data} keyOf={(key) => key.key_id} />
  )
}

function Standing({ of: { revoked_at, expires_at } }: { of: Key }) {
  if (revoked_at !== null) return <Tag tone="bad">revoked</Tag>
  if (Date.parse(expires_at) <= Date.now()) return <Tag>expired</Tag>
  return <Tag tone="good">active</Tag>
}

const COLUMNS: readonly Column<Key>[] = [
  { title: "Label", isName: true, cell: ({ label }) => label },
  { title: "Status", cell: (key) => <Standing of={key} /> },
  { title: "Scope", cell: ({ scope }) => scope },
  { title: "Acts as", isText: true, cell: ({ username }) => username },
  {
    title: "Expires",
    cell: ({ expires_at }) => <Moment at={expires_at}>{shortOf(expires_at)}</Moment>,
  },
  {
    title: "Created",
    cell: ({ created_at }) => <Moment at={created_at}>{shortOf(created_at)}</Moment>,
  },
]

function revoking(onRevoke: (key: Key) => void): Column<Key> {
  return {
    title: "",
    align: "end",
    cell: (key) =>
      key.revoked_at === null && (
        <Button
          size="compact-sm"
          variant="subtle"
          color="red"
          aria-label={`Revoke ${key.label}`}
          onClick={() => onRevoke(key)}
        >
          Revoke
        </Button>
      ),
  }
}
