import { i18n } from "@lingui/core"
import { t } from "@lingui/core/macro"
import { Input, SegmentedControl, TextInput } from "@mantine/core"
import { useEffect, useRef } from "react"
import { AnswerError } from "@/api/errors"
import type { ExportFilter } from "@/api/logs"
import { FILTER_FIELDS, type FilterField, isOfHeartbeats } from "@/components/filter-fields"
import classes from "./exports.module.css"

interface ExportFiltersProps {
  filter: ExportFilter
  /** Whether the file has screenshots and locations. */
  hasScreenshots: boolean
  reason: string
  /** Why the server refused. An error about a field is shown at that field. */
  refused: unknown
  onChange: (change: ExportFilter) => void
  onReason: (reason: string) => void
}

const screenshotChoices = () => [
  { value: "any", label: t`All` },
  { value: "taken", label: t`With` },
  { value: "none", label: t`Without` },
]
const WRONG = ":is(input, button)[aria-invalid=true]"
const REASON_LIMIT = 200

/** The filters of the page Logs, and the reason for the export. */
export function ExportFilters(props: ExportFiltersProps) {
  const { filter, hasScreenshots, reason, refused, onChange, onReason } = props
  const field = ({ keys, title, Control }: FilterField) => (
    <Control
      key={title.id}
      label={i18n._(title)}
      error={sentenceAt(refused, keys)}
      filter={filter}
      onChange={onChange}
    />
  )
  const fields = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // On narrow screens the button is far below the fields.
    if (refused !== null) fields.current?.querySelector<HTMLElement>(WRONG)?.focus()
  }, [refused])
  return (
    <div ref={fields} className={classes.filters}>
      {FILTER_FIELDS.filter(isOfHeartbeats).map(field)}
      {hasScreenshots && (
        <>
          <Input.Wrapper label={t`Screenshot`} labelElement="div">
            <div>
              <SegmentedControl
                aria-label={t`Screenshot`}
                className={classes.screenshots}
                data={screenshotChoices()}
                value={filter.screenshot ?? "any"}
                onChange={(chosen) =>
                  onChange({ screenshot: chosen === "any" ? undefined : toScreenshot(chosen) })
                }
              />
            </div>
          </Input.Wrapper>
          {FILTER_FIELDS.filter((each) => !isOfHeartbeats(each)).map(field)}
        </>
      )}
      <TextInput
        className={classes.reason}
        label={t`Reason`}
        description={t`Optional. Recorded with the export and shown to every employee in it.`}
        error={sentenceAt(refused, ["reason"])}
        maxLength={REASON_LIMIT}
        value={reason}
        onChange={(event) => onReason(event.currentTarget.value)}
      />
    </div>
  )
}

const toScreenshot = (chosen: string) => (chosen === "taken" ? "taken" : "none")

/** Return the server's message if it is about one of *fields*. */
export function sentenceAt(refused: unknown, fields: readonly string[]): string | undefined {
  const about = refused instanceof AnswerError ? refused.field : undefined
  return about !== undefined && fields.includes(about) ? (refused as Error).message : undefined
}
