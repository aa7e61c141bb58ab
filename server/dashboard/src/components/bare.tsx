import type { ReactNode } from "react"
import classes from "@/components/bare.module.css"
import { Brand } from "@/components/brand"

/** The frame of what has no navigation: whose program it is, and one message. */
export function Bare({ children }: { children: ReactNode }) {
  return (
    <>
      <header className={classes.header}>
        <Brand />
      </header>
      <main className={classes.main}>{children}</main>
    </>
  )
}
