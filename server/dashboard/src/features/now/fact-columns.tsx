/** Columns of facts that the user has chosen. No hooks, as in the other columns. */
import { jsonWords } from "@/lib/json-words"
import { type Column, deviceOf } from "./presence-columns"
import classes from "./presence-table.module.css"

/** Values by agent and name. */
export type FactsByAgent = Readonly<Record<string, Readonly<Record<string, unknown>>>>

export const factColumns = (names: readonly string[], facts: FactsByAgent): Column[] =>
  names.map((name) => ({
    title: name,
    width: "minmax(7rem, 1fr)",
    cell: ({ line }) => {
      const value = facts[deviceOf(line).agent_id]?.[name]
      return value === undefined ? (
        <span className={classes.quiet}>–</span>
      ) : (
        <span className={classes.cut}>{jsonWords(value)}</span>
      )
    },
  }))
