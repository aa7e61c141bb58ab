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
import { ShownOnce } from "@/components/shown-once"
import { Tag } from "@/components/tag"
import { shortOf } from "@/lib/times"
import { useIsAdmin } from "@/lib/use-is-admin"
import { CreateToken } from "./create-token"
import { RevokeToken } from "./revoke-token"
import { type Standing, standingOf, type Token, tokensQuery } from "./tokens"

/** What machines enrol with. */
export function TokensPage() {
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
      title="Enrollment tokens"
      lead="You push it with the agent’s configuration. Each device exchanges it once for its own device token."
      actions={isAdmin && <Button onClick={() => setCreating(true)}>Create token</Button>}
    >
      <Panel title="Tokens">
        <TokensTable onRevoke={isAdmin ? setRevoked : null} />
      </Panel>
      {creating && <CreateToken onClose={() => setCreating(false)} onCreated={created} />}
      <ShownOnce title="Your new enrollment token" secret={secret} onClose={() => setSecret(null)}>
        Add it to agent.toml as <b>auth_token</b>, under <b>[server]</b>.
      </ShownOnce>
      {revoked !== null && <RevokeToken token={revoked} onClose={() => setRevoked(null)} />}
    </Page>
  )
}

function TokensTable({ onRevoke }: { onRevoke: ((token: Token) => void) | null }) {
  const found = useQuery(tokensQuery)
  if (found.isPending) return <Skeleton height={240} role="status" aria-label="Loading" />
  if (found.isError) return <Failed error={found.error} retry={() => void found.refetch()} />
  if (found.data.length === 0) {
    return (
      <Message icon={Ticket} title="No enrollment tokens yet">
        Create one: devices need it to enroll.
      </Message>
    )
  }
  const columns = onRevoke === null ? COLUMNS : [...COLUMNS, revoking(onRevoke)]
  return (
    <DataTable
      label="Enrollment tokens"
      columns={columns}
      rows={found.data}
      keyOf={(token) => token.token_id}
    />
  )
}

const TONES: Record<Standing, "good" | "quiet" | "bad"> = {
  active: "good",
  "used up": "quiet",
  expired: "quiet",
  revoked: "bad",
}

const COLUMNS: readonly Column<Token>[] = [
  { title: "Label", isName: true, cell: ({ label }) => label },
  {
    title: "Status",
    cell: (token) => {
      const standing = standingOf(token, Date.now())
      return <Tag tone={TONES[standing]}>{standing}</Tag>
    },
  },
  {
    title: "Used",
    cell: ({ uses, use_limit }) => (use_limit === null ? uses : `${uses} of ${use_limit}`),
  },
  { title: "Devices", cell: ({ agents }) => agents },
  { title: "Approval", cell: ({ needs_approval }) => (needs_approval ? "each device" : "none") },
  {
    title: "Expires",
    cell: ({ expires_at }) =>
      expires_at === null ? "never" : <Moment at={expires_at}>{shortOf(expires_at)}</Moment>,
  },
  {
    title: "Created",
    cell: ({ created_at }) => <Moment at={created_at}>{shortOf(created_at)}</Moment>,
  },
]

function revoking(onRevoke: (token: Token) => void): Column<Token> {
  return {
    title: "",
    align: "end",
    cell: (token) => (
      <Button
        size="compact-sm"
        variant="subtle"
        color="red"
        aria-label={`Revoke ${token.label}`}
        onClick={() => onRevoke(token)}
      >
        Revoke
      </Button>
    ),
  }
}
