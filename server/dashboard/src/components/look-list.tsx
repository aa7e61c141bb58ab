import type { ReactNode } from "react"
import type { components } from "@/api/schema"
import classes from "@/components/look-list.module.css"
import { Moment } from "@/components/moment"
import { actionWords } from "@/lib/actions"

type Look = components["schemas"]["Look"]

interface LookListProps {
  looks: readonly Look[]
  who: (actor: string) => string
  when: (at: string) => string
  /** What stands here when nobody looked. */
  nobody: ReactNode
}

/** Who looked at or did what, and the reason that was given. */
export function LookList({ looks, who, when, nobody }: LookListProps) {
  if (looks.length === 0) return <p className={classes.nobody}>{nobody}</p>
  return (
    <ul className={classes.looks}>
      {looks.map((look) => (
        <li key={look.audit_id}>
          <span>
            <strong>{who(look.actor)}</strong> {actionWords(look.action)}
          </span>
          <Moment at={look.at}>{when(look.at)}</Moment>
          {look.reason !== null && <span className={classes.reason}>“{look.reason}”</span>}
        </li>
      ))}
    </ul>
  )
}
