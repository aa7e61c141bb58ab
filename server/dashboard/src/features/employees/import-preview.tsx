import { i18n, type MessageDescriptor } from "@lingui/core"
import { msg, plural, t } from "@lingui/core/macro"
import { List, Stack, Text } from "@mantine/core"
import { type Column, DataTable } from "@/components/data-table"
import { ImportErrors } from "@/components/import-errors"
import { Tag } from "@/components/tag"
import { employees } from "@/lib/counts"
import { statusWords } from "@/lib/employee-status"
import type { ImportResult, ImportRow } from "./employees"
import classes from "./employees.module.css"

// A table of thousands of rows is slow, and nobody reads it.
const SHOWN = 200

/** What an import would change, or why it cannot be imported. */
export function ImportPreview({ found }: { found: ImportResult }) {
  if (found.errors.length > 0) return <ImportErrors errors={found.errors} />
  const rows = found.rows.filter(({ change }) => change !== "unchanged")
  const hidden = rows.length - SHOWN
  return (
    <Stack gap="xs">
      <Text size="sm" role="status">
        {summaryOf(found)}
      </Text>
      {rows.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
        <section className={classes.preview} aria-label={t`Preview`} tabIndex={0}>
          <DataTable
            label={t`What the import changes`}
            columns={COLUMNS}
            rows={rows.slice(0, SHOWN)}
            keyOf={({ line }) => line}
          />
        </section>
      )}
      {hidden > 0 && (
        <Text size="sm" c="dimmed">
          {plural(hidden, { one: "and # more line", other: "and # more lines" })}
        </Text>
      )}
    </Stack>
  )
}

function summaryOf({ added, changed, unchanged }: ImportResult): string {
  if (added + changed === 0) return t`The directory already has all of this.`
  const parts = [
    added > 0 && t`${employees(added)} added`,
    changed > 0 && t`${employees(changed)} changed`,
    unchanged > 0 && t`${employees(unchanged)} unchanged`,
  ]
  return parts.filter(Boolean).join(" · ")
}

const CHANGES = { added: msg`added`, changed: msg`changed`, unchanged: msg`unchanged` }
const FIELDS: Record<string, MessageDescriptor> = {
  display_name: msg`Display name`,
  email: msg`E-mail`,
  teams: msg`Teams`,
  manager: msg`Manager`,
  further_usernames: msg`Further usernames`,
  time_zone: msg`Time zone`,
  country: msg`Country`,
  region: msg`Region`,
  status: msg`Status`,
}

const COLUMNS: readonly Column<ImportRow>[] = [
  { title: msg`Employee`, isName: true, cell: ({ username }) => username },
  {
    title: msg`Change`,
    cell: ({ change }) => (
      <Tag tone={change === "added" ? "good" : "accent"}>{i18n._(CHANGES[change])}</Tag>
    ),
  },
  {
    title: msg`Fields`,
    isText: true,
    cell: ({ fields }) => (
      <List size="sm" listStyleType="none">
        {fields.map((each) => (
          <List.Item key={each.field}>{wordsOf(each)}</List.Item>
        ))}
      </List>
    ),
  },
]

function wordsOf({ field, before, after }: ImportRow["fields"][number]): string {
  const words = FIELDS[field]
  const name = words === undefined ? field : i18n._(words)
  const [old, current] = [valueWords(field, before), valueWords(field, after)]
  return before === null ? `${name}: ${current}` : `${name}: ${old} → ${current}`
}

function valueWords(field: string, value: string | null): string {
  if (value === "active" || value === "on_leave" || value === "left") {
    return field === "status" ? statusWords(value) : value
  }
  return value ?? t`none`
}
