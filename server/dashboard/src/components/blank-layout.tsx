import type { ReactNode } from "react"
import classes from "@/components/blank-layout.module.css"
import { Brand } from "@/components/brand"

/** The layout of pages without navigation: the brand and one message. */
export function BlankLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <header className={classes.header}>
        <Brand />
      </header>
      <main className={classes.main}>{children}</main>
    </>
  )
}
