import { t } from "@lingui/core/macro"
import { Burger } from "@mantine/core"
import { useDisclosure } from "@mantine/hooks"
import { useLocation } from "@tanstack/react-router"
import { type ReactNode, useEffect, useRef } from "react"
import type { Session } from "@/api/session"
import { Brand } from "@/components/brand"
import { SampleMark } from "@/components/sample-mark"
import { Navigation } from "./navigation"
import type { Section } from "./pages"
import classes from "./shell.module.css"
import { UserMenuPlace } from "./user-menu-place"

interface ShellProps {
  session: Session
  pages: Section[]
  children: ReactNode
}

/** The frame of every page: navigation and user menu. */
export function Shell({ session, pages, children }: ShellProps) {
  const [opened, { toggle, close }] = useDisclosure(false)
  const path = useLocation({ select: (location) => location.pathname })
  const shown = useRef(path)
  useEffect(() => {
    if (shown.current === path) return
    shown.current = path
    close()
    // Screen readers announce the new page, and the next Tab moves into it.
    document.getElementById("content")?.focus({ preventScroll: true })
  }, [path, close])
  return (
    <>
      <a className="skip-link" href="#content">
        {t`Skip to content`}
      </a>
      <header className={classes.header}>
        <Brand />
        <div className={classes.mark}>
          <SampleMark />
        </div>
        <Burger
          opened={opened}
          onClick={toggle}
          size="sm"
          aria-expanded={opened}
          aria-label={opened ? t`Close navigation` : t`Open navigation`}
        />
      </header>
      <nav className={classes.navbar} data-opened={opened} aria-label={t`Dashboard`}>
        <div className={classes.brand}>
          <Brand />
          <SampleMark />
        </div>
        <Navigation sections={pages} />
        <UserMenuPlace session={session} />
      </nav>
      <main id="content" tabIndex={-1} className={classes.main}>
        {children}
      </main>
    </>
  )
}
