import type { ReactNode } from "react"
import classes from "@/components/tag.module.css"

interface TagProps {
  children: ReactNode
  tone?: "quiet" | "good" | "waiting" | "bad" | "accent"
}

/** A word that says how something stands; the word says it without the colour as well. */
export function Tag({ children, tone = "quiet" }: TagProps) {
  return (
    <span className={classes.tag} data-tone={tone}>
      {children}
    </span>
  )
}
