import type { ReactNode } from "react"
import type { components } from "@/api/schema"
import { Moment } from "@/components/moment"
import classes from "@/components/view-list.module.css"
import { actionWords } from "@/lib/actions"

type View = components["schemas"]["OwnEntry"]

interface ViewListProps {
  views: readonly View[]
  who: (actor: string) => string
  when: (at: string) => string
  /** Shown when there are none. */
  empty: ReactNode
}

/** Who viewed or changed what, when, and the reason that they gave. */
export function ViewList({ views, who, when, empty }: ViewListProps) {
  if (views.length === 0) return <p className={classes.empty}>{empty}</p>
  return (
    <ul className={classes.views}>
      {views.map((view) => (
        <li key={view.audit_id}>
          <span>
            <strong>{who(view.actor)}</strong> {actionWords(view.action)}
          </span>
          <Moment at={view.at}>{when(view.at)}</Moment>
          {view.reason !== null && <span className={classes.reason}>“{view.reason}”</span>}
        </li>
      ))}
    </ul>
  )
}
