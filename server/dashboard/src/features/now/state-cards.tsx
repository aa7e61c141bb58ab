import { t } from "@lingui/core/macro"
import { UnstyledButton } from "@mantine/core"
import { ALWAYS, type PersonState, STATES, stateName } from "@/lib/states"
import classes from "./state-cards.module.css"

interface StateCardsProps {
  counts: Record<PersonState, number>
  chosen: PersonState | undefined
  onChoose: (state: PersonState | undefined) => void
}

/** The number of employees in each state. A click filters by it. */
export function StateCards({ counts, chosen, onChoose }: StateCardsProps) {
  const all = STATES.reduce((sum, state) => sum + counts[state], 0)
  const shown = STATES.filter(
    (state) => counts[state] > 0 || chosen === state || ALWAYS.includes(state),
  )
  return (
    <fieldset className={classes.cards}>
      <legend className={classes.legend}>{t`Filter by state`}</legend>
      {shown.map((state) => (
        <UnstyledButton
          key={state}
          className={classes.card}
          data-state={state}
          aria-pressed={chosen === state}
          aria-label={`${stateName(state)}: ${counts[state]}`}
          onClick={() => onChoose(chosen === state ? undefined : state)}
        >
          <span className={classes.name}>
            <span className={classes.dot} aria-hidden="true" />
            {stateName(state)}
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
