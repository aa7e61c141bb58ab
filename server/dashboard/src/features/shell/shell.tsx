import { AppShell, Burger, Group } from "@mantine/core"
import { useDisclosure } from "@mantine/hooks"
import { useLocation } from "@tanstack/react-router"
import { type ReactNode, useEffect, useRef } from "react"
import type { Session } from "@/api/session"
import { Brand } from "@/components/brand"
import { SampleMark } from "@/components/sample-mark"
import { Navigation } from "./navigation"
import type { Section } from "./pages"
import classes from "./shell.module.css"
import { UserMenu } from "./user-menu"

interface ShellProps {
  session: Session
  pages: Section[]
  children: ReactNode
}

/** What stands around every page: the navigation, who is signed in, and the way out. */
export function Shell({ session, pages, children }: ShellProps) {
  const [opened, { toggle, close }] = useDisclosure(false)
  const path = useLocation({ select: (location) => location.pathname })
  const shown = useRef(path)
  useEffect(() => {
    if (shown.current === path) return
    shown.current = path
    close()
    // A screen reader says that there is another page, and the next Tab is in it.
    document.getElementById("content")?.focus({ preventScroll: true })
  }, [path, close])
  return (
    <AppShell
      header={{ height: { base: 56, sm: 0 } }}
      navbar={{ width: 236, breakpoint: "sm", collapsed: { mobile: !opened } }}
      padding={{ base: "md", sm: "xl" }}
      transitionDuration={0}
    >
      <a className="skip-link" href="#content">
        Skip to content
      </a>
      <AppShell.Header hiddenFrom="sm" className={classes.header}>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Brand />
          <div className={classes.mark}>
            <SampleMark />
          </div>
          <Burger
            opened={opened}
            onClick={toggle}
            size="sm"
            aria-expanded={opened}
            aria-label={opened ? "Close navigation" : "Open navigation"}
          />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.navbar} aria-label="Dashboard">
        <div className={classes.brand}>
          <Brand />
          <SampleMark />
        </div>
        <Navigation sections={pages} />
        <UserMenu session={session} />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className={classes.main}>
        {children}
      </AppShell.Main>
    </AppShell>
  )
}
