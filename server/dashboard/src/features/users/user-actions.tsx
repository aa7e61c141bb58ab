import { t } from "@lingui/core/macro"
import { ActionIcon, Button, Group, Menu } from "@mantine/core"
import Ellipsis from "lucide-react/icons/ellipsis"
import type { User } from "./users"

export type UserAction = "edit" | "renew" | "sessions"

interface UserActionsProps {
  user: User
  onAction: (action: UserAction, user: User) => void
}

/** What an administrator does to a user. */
export function UserActions({ user, onAction }: UserActionsProps) {
  const { username } = user
  const mayHaveLink = !user.disabled && !user.is_company
  return (
    <Group gap="xs" wrap="nowrap" justify="flex-end">
      <Button
        size="compact-sm"
        variant="default"
        aria-label={t`Edit ${{ username }}`}
        onClick={() => onAction("edit", user)}
      >
        {t`Edit`}
      </Button>
      <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <ActionIcon variant="subtle" aria-label={t`More for ${{ username }}`}>
            <Ellipsis size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {mayHaveLink && (
            <Menu.Item onClick={() => onAction("renew", user)}>
              {user.is_invited ? t`Invite again` : t`Reset password`}
            </Menu.Item>
          )}
          <Menu.Item onClick={() => onAction("sessions", user)}>{t`Sessions`}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  )
}
