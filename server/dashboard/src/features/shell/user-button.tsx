import { i18n, type MessageDescriptor } from "@lingui/core"
import { msg, t } from "@lingui/core/macro"
import {
  type ElementProps,
  Text,
  UnstyledButton,
  type UnstyledButtonProps,
  VisuallyHidden,
} from "@mantine/core"
import ChevronsUpDown from "lucide-react/icons/chevrons-up-down"
import type { Ref } from "react"
import type { Role, Session } from "@/api/session"
import { PersonMark } from "@/components/person-mark"
import classes from "./shell.module.css"

const ROLES: Record<Role, MessageDescriptor> = {
  admin: msg`Administrator`,
  manager: msg`Manager`,
  auditor: msg`Auditor`,
}

interface UserButtonProps
  extends UnstyledButtonProps,
    ElementProps<"button", keyof UnstyledButtonProps> {
  session: Session
  ref?: Ref<HTMLButtonElement>
}

/** The signed-in user: the button that opens the menu. */
export function UserButton({ session, ...button }: UserButtonProps) {
  return (
    <UnstyledButton {...button} className={classes.user}>
      <VisuallyHidden>{t`Signed in as`} </VisuallyHidden>
      <PersonMark name={session.username} />
      <span className={classes.userText}>
        <div className={classes.userName}>{session.username}</div>
        <Text size="xs" c="dimmed">
          {i18n._(ROLES[session.role])}
        </Text>
      </span>
      <ChevronsUpDown size={16} aria-hidden />
    </UnstyledButton>
  )
}
