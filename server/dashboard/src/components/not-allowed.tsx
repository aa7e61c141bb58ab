import { i18n, type MessageDescriptor } from "@lingui/core"
import { msg, t } from "@lingui/core/macro"
import Lock from "lucide-react/icons/lock"
import type { Role } from "@/api/session"
import { Message } from "@/components/message"

const NAMES: Record<Role, MessageDescriptor> = {
  admin: msg`administrators`,
  manager: msg`managers`,
  auditor: msg`auditors`,
}

/** Says which roles may open this page. */
export function NotAllowed({ roles }: { roles: readonly Role[] }) {
  const names = roles.map((role) => i18n._(NAMES[role]))
  const readers = new Intl.ListFormat(i18n.locale).format(names)
  return (
    <Message icon={Lock} order={1} title={t`You do not have access to this page`}>
      {t`It is for ${readers}. Ask an administrator if you need it.`}
    </Message>
  )
}
