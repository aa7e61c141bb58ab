import classes from "@/components/brand.module.css"

/** The mark and the name. */
export function Brand({ large = false }: { large?: boolean }) {
  return (
    <span className={classes.brand} data-large={large}>
      <img src="/icon.svg" alt="" width={large ? 40 : 26} height={large ? 40 : 26} />
      wfhagent
    </span>
  )
}
