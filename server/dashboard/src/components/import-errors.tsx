import { plural, t } from "@lingui/core/macro"
import { Alert, List } from "@mantine/core"
import type { components } from "@/api/schema"
import classes from "@/components/import-errors.module.css"

/** Why a CSV file cannot be imported, by line and column. */
export function ImportErrors({ errors }: { errors: components["schemas"]["LineError"][] }) {
  return (
    <Alert
      color="red"
      role="alert"
      title={plural(errors.length, {
        one: "# error. Correct the file, and choose it again.",
        other: "# errors. Correct the file, and choose it again.",
      })}
    >
      <List size="sm" className={classes.errors}>
        {errors.map(({ line, column, message }) => (
          <List.Item key={`${line} ${column} ${message}`}>
            {column === null
              ? t`Line ${line}: ${message}`
              : t`Line ${line}, column ${column}: ${message}`}
          </List.Item>
        ))}
      </List>
    </Alert>
  )
}
