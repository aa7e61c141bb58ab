import classes from "@/components/person-mark.module.css"
import { initialsOf, toneOf } from "@/lib/person"

/** The initials of an employee or a user. The color depends on the name. */
export function PersonMark({ name }: { name: string }) {
  return (
    <span className={classes.mark} data-tone={toneOf(name)} aria-hidden="true">
      {initialsOf(name)}
    </span>
  )
}
