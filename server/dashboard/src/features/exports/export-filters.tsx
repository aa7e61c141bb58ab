import { Input, SegmentedControl, TextInput } from "@mantine/core"
import { useEffect, useRef } from "react"
import { AnswerError } from "@/api/errors"
import { EmployeeSelect } from "@/components/employee-select"
import { PlaceSelect } from "@/components/place-select"
import { RangePicker } from "@/components/range-picker"
import { type Team, TeamSelect } from "@/components/team-select"
import type { ExportFilter } from "./exports"
import classes from "./exports.module.css"

interface ExportFiltersProps {
  filter: ExportFilter
  /** Whether the file knows pictures and places. */
  hasPictures: boolean
  teams: readonly Team[] | undefined
  reason: string
  /** Why the server would not begin; what is about a field is said there. */
  refused: unknown
  onChange: (change: ExportFilter) => void
  onReason: (reason: string) => void
}

const PICTURES = [
  { value: "any", label: "All" },
  { value: "taken", label: "With screenshot" },
  { value: "none", label: "Without screenshot" },
]
const WRONG = ":is(input, button)[aria-invalid=true]"
const REASON_LIMIT = 200

/** The filters of the page of logs, and why somebody wants the file. */
export function ExportFilters(props: ExportFiltersProps) {
  const { filter, hasPictures, teams, reason, refused, onChange, onReason } = props
  const at = (...fields: string[]) => sentenceAt(refused, fields)
  const fields = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // The button stands far below the fields on a narrow screen.
    if (refused !== null) fields.current?.querySelector<HTMLElement>(WRONG)?.focus()
  }, [refused])
  return (
    <div ref={fields} className={classes.filters}>
      <EmployeeSelect
        label="Employee"
        error={at("employee")}
        value={filter.employee}
        onChange={(employee) => onChange({ employee })}
      />
      <TeamSelect
        label="Team"
        error={at("team")}
        teams={teams}
        value={filter.team}
        onChange={(team) => onChange({ team })}
      />
      <RangePicker
        label="Days"
        error={at("from", "to")}
        from={filter.from}
        to={filter.to}
        onChange={(from, to) => onChange({ from, to })}
      />
      {hasPictures && (
        <>
          <Input.Wrapper label="Screenshot" labelElement="div">
            <div>
              <SegmentedControl
                aria-label="Screenshot"
                className={classes.pictures}
                data={PICTURES}
                value={filter.screenshot ?? "any"}
                onChange={(chosen) =>
                  onChange({ screenshot: chosen === "any" ? undefined : toPictures(chosen) })
                }
              />
            </div>
          </Input.Wrapper>
          <PlaceSelect
            label="Place"
            error={at("place")}
            value={filter.place}
            onChange={(place) => onChange({ place })}
          />
        </>
      )}
      <TextInput
        className={classes.reason}
        label="Reason"
        description="Optional. Logged with the export and shown to every employee in it."
        error={at("reason")}
        maxLength={REASON_LIMIT}
        value={reason}
        onChange={(event) => onReason(event.currentTarget.value)}
      />
    </div>
  )
}

const toPictures = (chosen: string) => (chosen === "taken" ? "taken" : "none")

/** Return the server's sentence when it is about one of *fields*. */
export function sentenceAt(refused: unknown, fields: readonly string[]): string | undefined {
  const about = refused instanceof AnswerError ? refused.field : undefined
  return about !== undefined && fields.includes(about) ? (refused as Error).message : undefined
}
