import Lock from "lucide-react/icons/lock"
import type { Role } from "@/api/session"
import { Message } from "@/components/message"

const NAMES: Record<Role, string> = {
  admin: "administrators",
  manager: "managers",
  auditor: "auditors",
}

/** Says whose page this is. */
export function NotAllowed({ roles }: { roles: readonly Role[] }) {
  const names = roles.map((role) => NAMES[role]).join(" and ")
  return (
    <Message icon={Lock} order={1} title="You do not have access to this page">
      It is for {names}. Ask an administrator if you need it.
    </Message>
  )
}
