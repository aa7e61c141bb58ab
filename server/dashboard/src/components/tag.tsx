import type { ReactNode } from "react"
import classes from "@/components/tag.module.css"

interface TagProps {
  children: ReactNode
  tone?: "quiet" | "good" | "waiting" | "bad" | "accent"
}

/** A status as a word in a color. The word alone is enough to understand it. */
export function Tag({ children, tone = "quiet" }: TagProps) {
  return (
    <span className={classes.tag} data-tone={tone}>
      {children}
    </span>
  )
}
