import { AppShell, Burger, Group } from "@mantine/core"
import { useDisclosure } from "@mantine/hooks"
import { useQuery } from "@tanstack/react-query"
import { useLocation } from "@tanstack/react-router"
import { type ReactNode, useEffect } from "react"
import type { Session } from "@/api/session"
import { siteQuery } from "@/api/site"
import { Brand } from "@/components/brand"
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
  const { data: site } = useQuery(siteQuery)
  const path = useLocation({ select: (location) => location.pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page is what closes the menu.
  useEffect(close, [path])
  return (
    <AppShell
      header={{ height: { base: 56, sm: 0 } }}
      navbar={{ width: 236, breakpoint: "sm", collapsed: { mobile: !opened } }}
      padding={{ base: "md", sm: "xl" }}
      transitionDuration={0}
    >
      <a className="skip-link" href="#content">
        To the content
      </a>
      <AppShell.Header hiddenFrom="sm" className={classes.header}>
        <Group h="100%" px="md" justify="space-between">
          <Brand />
          <Burger
            opened={opened}
            onClick={toggle}
            size="sm"
            aria-expanded={opened}
            aria-label={opened ? "Close the navigation" : "Open the navigation"}
          />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.navbar} aria-label="Dashboard">
        <div className={classes.brand}>
          <Brand />
        </div>
        <Navigation sections={pages} />
        <UserMenu session={session} />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className={classes.main}>
        {site?.is_sample === true && <SampleMark />}
        {children}
      </AppShell.Main>
    </AppShell>
  )
}

function SampleMark() {
  return (
    <p className={classes.sample} role="note">
      A sample: people, machines and pictures are made up.
    </p>
  )
}
