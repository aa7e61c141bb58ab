import { t } from "@lingui/core/macro"
import classes from "@/components/slot-pips.module.css"

const A_DAY = 2

/** How many logs of a day have arrived: two are expected per device. */
export function SlotPips({ count, devices = 1 }: { count: number; devices?: number }) {
  const all = A_DAY * devices
  return (
    <span className={classes.pips}>
      <span aria-hidden="true" className={classes.row}>
        {Array.from({ length: all }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they have no other name.
          <span key={index} className={classes.pip} data-filled={index < count} />
        ))}
      </span>
      <span>{t`${count} of ${all}`}</span>
    </span>
  )
}
