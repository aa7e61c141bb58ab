import type { State } from "@/api/presence"
import classes from "@/components/state-pill.module.css"
import { STATE_NAMES } from "@/lib/states"

/** A state in word, colour and shape. */
export function StatePill({ state }: { state: State }) {
  return (
    <span className={classes.pill} data-state={state}>
      <span className={classes.dot} aria-hidden="true" />
      {STATE_NAMES[state]}
    </span>
  )
}
