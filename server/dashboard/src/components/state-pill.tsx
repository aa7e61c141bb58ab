import classes from "@/components/state-pill.module.css"
import { type PersonState, stateName } from "@/lib/states"

/** A state as a word, a color and a shape. */
export function StatePill({ state }: { state: PersonState }) {
  return (
    <span className={classes.pill} data-state={state}>
      <span className={classes.dot} aria-hidden="true" />
      {stateName(state)}
    </span>
  )
}
