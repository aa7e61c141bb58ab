import classes from "@/components/slot-pips.module.css"

const SLOTS = [1, 2]

/** How many of the two logs of a day are there. */
export function SlotPips({ count }: { count: number }) {
  return (
    <span className={classes.pips}>
      <span aria-hidden="true" className={classes.row}>
        {SLOTS.map((slot) => (
          <span key={slot} className={classes.pip} data-filled={slot <= count} />
        ))}
      </span>
      <span>{count} of 2</span>
    </span>
  )
}
