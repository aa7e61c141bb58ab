import { t } from "@lingui/core/macro"
import { Text } from "@mantine/core"
import TriangleAlert from "lucide-react/icons/triangle-alert"
import { Suspense } from "react"
import { PlainButton } from "@/components/plain-button"
import type { Team } from "@/components/team-select"
import { devices as deviceCount, employees as employeeCount } from "@/lib/counts"
import type { FactColumn } from "@/lib/fact-values"
import { later } from "@/lib/later"
import classes from "./filter-bar.module.css"
import type { NowSearch } from "./now-page"

const SearchField = later(() => import("./filter-fields").then((part) => part.SearchField))
const FactFields = later(() => import("./filter-fields").then((part) => part.FactFields))
const TeamSelect = later(() => import("./filter-fields").then((part) => part.TeamSelect))

// The list is read again and again: facts about persons are on the page Facts.
const isNotPersonal = ({ personal }: FactColumn) => personal === "no"

interface FilterBarProps {
  search: NowSearch
  teams: readonly Team[] | undefined
  /** How many of the employees need attention. */
  wrong: number
  people: number
  devices: number
  onType: (words: string) => void
  onSearch: (change: NowSearch) => void
}

/** The filters of the table: words, a team, needs attention. */
export function FilterBar(props: FilterBarProps) {
  const { search, teams, wrong, people, devices, onType, onSearch } = props
  return (
    <search className={classes.bar}>
      {/* The fields are loaded after the rows, into places of their size. */}
      <Suspense
        fallback={
          <>
            <div className={classes.words} />
            {teams?.length !== 0 && <div className={classes.team} />}
          </>
        }
      >
        <div className={classes.words}>
          <SearchField
            label={t`Name, device or team`}
            value={search.q ?? ""}
            onType={onType}
            onSearch={(q) => onSearch({ q })}
          />
        </div>
        <TeamSelect teams={teams} value={search.team} onChange={(team) => onSearch({ team })} />
        {/* Chosen on the page Facts, which leads here. */}
        {(search.where ?? search.fact) !== undefined && (
          <FactFields filter={search} onChange={onSearch} accepts={isNotPersonal} />
        )}
      </Suspense>
      <div className={classes.rest}>
        {(wrong > 0 || search.attention === true) && (
          <PlainButton
            className={classes.attention}
            aria-pressed={search.attention ?? false}
            onClick={() => onSearch({ attention: search.attention ? undefined : true })}
          >
            <TriangleAlert size={16} aria-hidden />
            {t`Needs attention: ${wrong}`}
          </PlainButton>
        )}
        <Text size="sm" c="dimmed" className={classes.count} role="status">
          {[employeeCount(people), devices !== people && deviceCount(devices)]
            .filter(Boolean)
            .join(", ")}
        </Text>
      </div>
    </search>
  )
}
