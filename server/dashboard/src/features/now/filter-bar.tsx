import { Button, Text } from "@mantine/core"
import TriangleAlert from "lucide-react/icons/triangle-alert"
import { SearchField } from "@/components/search-field"
import { type Team, TeamSelect } from "@/components/team-select"
import { counted } from "@/lib/words"
import classes from "./filter-bar.module.css"
import type { NowSearch } from "./now-page"

interface FilterBarProps {
  search: NowSearch
  teams: readonly Team[] | undefined
  /** How many of those found have something wrong. */
  wrong: number
  people: number
  devices: number
  onType: (words: string) => void
  onSearch: (change: NowSearch) => void
}

/** What narrows the table: words, a team, something wrong. */
export function FilterBar(props: FilterBarProps) {
  const { search, teams, wrong, people, devices, onType, onSearch } = props
  return (
    <search className={classes.bar}>
      <div className={classes.words}>
        <SearchField
          label="Name, device or team"
          value={search.q ?? ""}
          onType={onType}
          onSearch={(q) => onSearch({ q })}
        />
      </div>
      <TeamSelect teams={teams} value={search.team} onChange={(team) => onSearch({ team })} />
      {(wrong > 0 || search.attention === true) && (
        <Button
          variant={search.attention ? "light" : "default"}
          leftSection={<TriangleAlert size={16} aria-hidden />}
          aria-pressed={search.attention ?? false}
          onClick={() => onSearch({ attention: search.attention ? undefined : true })}
        >
          Needs attention: {wrong}
        </Button>
      )}
      <Text size="sm" c="dimmed" className={classes.count} role="status">
        {counted(people, "employee")}
        {devices !== people && `, ${counted(devices, "device")}`}
      </Text>
    </search>
  )
}
