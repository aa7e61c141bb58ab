import { UnstyledButton } from "@mantine/core"
import type { State } from "@/api/presence"
import { STATE_NAMES, STATES } from "@/lib/states"
import classes from "./state-cards.module.css"

interface StateCardsProps {
  counts: Record<State, number>
  chosen: State | undefined
  onChoose: (state: State | undefined) => void
}

/** How many there are of each state; a click shows those alone. */
export function StateCards({ counts, chosen, onChoose }: StateCardsProps) {
  const all = STATES.reduce((sum, state) => sum + counts[state], 0)
  return (
    <fieldset className={classes.cards}>
      <legend className={classes.legend}>Filter by state</legend>
      {STATES.map((state) => (
        <UnstyledButton
          key={state}
          className={classes.card}
          data-state={state}
          aria-pressed={chosen === state}
          aria-label={`${STATE_NAMES[state]}: ${counts[state]}`}
          onClick={() => onChoose(chosen === state ? undefined : state)}
        >
          <span className={classes.name}>
            <span className={classes.dot} aria-hidden="true" />
            {STATE_NAMES[state]}
          </span>
          <span className={classes.count}>{counts[state].toLocaleString()}</span>
          <span className={classes.share} aria-hidden="true">
            <span style={{ width: `${all === 0 ? 0 : (100 * counts[state]) / all}%` }} />
          </span>
        </UnstyledButton>
      ))}
    </fieldset>
  )
}
