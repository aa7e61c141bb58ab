import { i18n } from "@lingui/core"
import { msg, t } from "@lingui/core/macro"
import { Menu, useMantineColorScheme } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { Link, useRouter } from "@tanstack/react-router"
import CircleUser from "lucide-react/icons/circle-user"
import LogOut from "lucide-react/icons/log-out"
import Monitor from "lucide-react/icons/monitor"
import Moon from "lucide-react/icons/moon"
import Sun from "lucide-react/icons/sun"
import { useEffect, useRef, useState } from "react"
import { oidcQuery } from "@/api/oidc"
import { type Session, signOut } from "@/api/session"
import { UserButton } from "./user-button"

const SCHEMES = [
  { value: "light", label: msg`Light`, icon: Sun },
  { value: "dark", label: msg`Dark`, icon: Moon },
  { value: "auto", label: msg`System`, icon: Monitor },
] as const

/** What was done to the button before the menu was loaded. */
export type EarlyUse = "focus" | "open" | null

interface UserMenuProps {
  session: Session
  use: EarlyUse
}

/** The signed-in user, with theme, account and sign-out. */
export function UserMenu({ session, use }: UserMenuProps) {
  const button = useRef<HTMLButtonElement>(null)
  const [opened, setOpened] = useState(false)
  const early = useRef(use)
  useEffect(() => {
    if (early.current !== null) button.current?.focus()
    if (early.current === "open") setOpened(true)
  }, [])
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const leave = useLeave()
  return (
    <Menu
      opened={opened}
      onChange={setOpened}
      position="top-start"
      width={212}
      offset={4}
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <UserButton ref={button} session={session} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t`Theme`}</Menu.Label>
        {SCHEMES.map(({ value, label, icon: Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={16} aria-hidden />}
            rightSection={colorScheme === value ? "✓" : null}
            aria-current={colorScheme === value}
            closeMenuOnClick={false}
            onClick={() => setColorScheme(value)}
          >
            {i18n._(label)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          component={Link}
          to="/account"
          leftSection={<CircleUser size={16} aria-hidden />}
        >
          {t`Account`}
        </Menu.Item>
        <Menu.Item leftSection={<LogOut size={16} aria-hidden />} onClick={() => leave.mutate()}>
          {t`Sign out`}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function useLeave() {
  const router = useRouter()
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: signOut,
    onSuccess: async () => {
      await router.navigate({ to: "/sign-in", search: {} })
      // Keep what the sign-in page has requested meanwhile.
      queryClient.removeQueries({
        predicate: ({ queryKey }) => queryKey[0] !== oidcQuery.queryKey[0],
      })
    },
  })
}
