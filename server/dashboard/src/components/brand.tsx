import classes from "@/components/brand.module.css"

/** The mark, which is icon.svg, and the name. */
export function Brand({ large = false }: { large?: boolean }) {
  const size = large ? 40 : 26
  return (
    <span className={classes.brand} data-large={large}>
      <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true">
        <rect width="32" height="32" rx="8" fill="#2f54d0" />
        <path
          d="M8 15.2 16 8.5l8 6.7V23a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 8 23z"
          fill="none"
          stroke="#fff"
          strokeWidth="2.2"
          strokeLinejoin="round"
        />
        <circle cx="16" cy="18.3" r="2.6" fill="#7ef0b2" />
      </svg>
      wfhagent
    </span>
  )
}
