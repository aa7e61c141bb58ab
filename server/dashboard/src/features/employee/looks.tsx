import type { EmployeeDay } from "@/api/employees"
import { Moment } from "@/components/moment"
import { Panel } from "@/components/panel"
import { actorOf, wordsOf } from "@/lib/actions"
import { clockOf } from "@/lib/times"
import classes from "./employee.module.css"

interface LooksProps {
  looks: NonNullable<EmployeeDay["looks"]>
}

/** Who looked at this person's data on that day; the person sees the same. */
export function Looks({ looks }: LooksProps) {
  return (
    <Panel title="Who looked on this day">
      {looks.length === 0 ? (
        "Nobody before you."
      ) : (
        <ul className={classes.looks}>
          {looks.map((look) => (
            <li key={look.audit_id}>
              <span>
                <strong>{actorOf(look.actor)}</strong> {wordsOf(look.action)}
              </span>
              <Moment at={look.at}>{clockOf(look.at)}</Moment>
              {look.reason !== null && <span className={classes.reason}>“{look.reason}”</span>}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
