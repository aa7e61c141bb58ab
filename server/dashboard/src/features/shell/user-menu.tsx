import { Menu, Text, UnstyledButton, useMantineColorScheme, VisuallyHidden } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { Link, useRouter } from "@tanstack/react-router"
import ChevronsUpDown from "lucide-react/icons/chevrons-up-down"
import LogOut from "lucide-react/icons/log-out"
import Monitor from "lucide-react/icons/monitor"
import Moon from "lucide-react/icons/moon"
import Shield from "lucide-react/icons/shield"
import Sun from "lucide-react/icons/sun"
import { oidcQuery } from "@/api/oidc"
import { type Role, type Session, signOut } from "@/api/session"
import { PersonMark } from "@/components/person-mark"
import classes from "./shell.module.css"

const ROLES: Record<Role, string> = {
  admin: "Administrator",
  manager: "Manager",
  auditor: "Auditor",
}
const SCHEMES = [
  { value: "light", label: "Light", icon: Sun },
  { value: "dark", label: "Dark", icon: Moon },
  { value: "auto", label: "System", icon: Monitor },
] as const

/** Who is signed in; their second factor, the colours, and the way out. */
export function UserMenu({ session }: { session: Session }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const leave = useLeave()
  return (
    <Menu position="top-start" width={212} offset={4} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <UnstyledButton className={classes.user}>
          <VisuallyHidden>Signed in as </VisuallyHidden>
          <PersonMark name={session.username} />
          <span className={classes.userText}>
            <div className={classes.userName}>{session.username}</div>
            <Text size="xs" c="dimmed">
              {ROLES[session.role]}
            </Text>
          </span>
          <ChevronsUpDown size={16} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Theme</Menu.Label>
        {SCHEMES.map(({ value, label, icon: Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={16} aria-hidden />}
            rightSection={colorScheme === value ? "✓" : null}
            aria-current={colorScheme === value}
            closeMenuOnClick={false}
            onClick={() => setColorScheme(value)}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item component={Link} to="/account" leftSection={<Shield size={16} aria-hidden />}>
          Second factor
        </Menu.Item>
        <Menu.Item leftSection={<LogOut size={16} aria-hidden />} onClick={() => leave.mutate()}>
          Sign out
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
      // What the sign-in page asks for meanwhile stays.
      queryClient.removeQueries({
        predicate: ({ queryKey }) => queryKey[0] !== oidcQuery.queryKey[0],
      })
    },
  })
}
