import { plural, t } from "@lingui/core/macro"
import { Button, Group, Select, Skeleton, Stack } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import Puzzle from "lucide-react/icons/puzzle"
import Radio from "lucide-react/icons/radio"
import { pluginsQuery } from "@/api/facts"
import { Failed } from "@/components/failed"
import { Message } from "@/components/message"
import { Page } from "@/components/page"
import { Panel } from "@/components/panel"
import { SearchField } from "@/components/search-field"
import { AlertsPanel } from "./alerts-panel"
import { CsvButton } from "./csv-button"
import { Distribution } from "./distribution"
import { FactFilters } from "./fact-filters"
import type { FactSearch, PluginFacts } from "./facts"
import { FactsTable } from "./facts-table"
import { ViewMenu } from "./view-menu"

interface FactsPageProps {
  search: FactSearch
  onSearch: (search: FactSearch) => void
}

/** The newest facts of all devices, plugin by plugin. */
export function FactsPage({ search, onSearch }: FactsPageProps) {
  const found = useQuery(pluginsQuery)
  return (
    <Page
      title={t`Facts`}
      lead={t`What the plugins on the devices collect, with the newest values.`}
    >
      {found.isPending ? (
        <Skeleton height={320} role="status" aria-label={t`Loading`} />
      ) : found.isError ? (
        <Failed error={found.error} retry={() => void found.refetch()} />
      ) : (
        <Facts plugins={found.data} search={search} onSearch={onSearch} />
      )}
    </Page>
  )
}

function Facts({ plugins, search, onSearch }: FactsPageProps & { plugins: PluginFacts[] }) {
  const withFacts = plugins.filter((each) => each.facts.length > 0)
  const shown = withFacts.find((each) => each.plugin === search.plugin) ?? withFacts[0]
  if (shown === undefined) {
    return (
      <Message icon={Puzzle} title={t`No facts yet`}>
        {t`Facts appear here once a device has a plugin that declares them, and has sent a heartbeat.`}
      </Message>
    )
  }
  const query = { ...search, plugin: shown.plugin }
  const columns = withFacts.flatMap((each) => each.facts)
  return (
    <Stack>
      <Group gap="xs">
        <Select
          aria-label={t`Plugin`}
          data={withFacts.map((each) => ({ value: each.plugin, label: choiceOf(each) }))}
          value={shown.plugin}
          allowDeselect={false}
          searchable={withFacts.length > 8}
          onChange={(plugin) => plugin !== null && onSearch({ plugin })}
          w={{ base: "100%", xs: 300 }}
        />
        <ViewMenu search={query} onOpen={onSearch} />
      </Group>
      <Distribution key={shown.plugin} plugin={shown} search={query} onSearch={onSearch} />
      <Panel
        title={t`Devices`}
        aside={
          <Group gap="xs">
            <SearchField
              label={t`Search by employee or device`}
              value={search.search ?? ""}
              onSearch={(words) => onSearch(withSearch(query, words))}
            />
            <Button
              variant="default"
              leftSection={<Radio size={16} aria-hidden />}
              renderRoot={(props) => <Link to="/" search={onNow(shown, query)} {...props} />}
            >
              {t`Show on Now`}
            </Button>
            <CsvButton search={query} />
          </Group>
        }
      >
        <FactFilters columns={columns} search={query} onSearch={onSearch} />
        <FactsTable search={query} onClear={() => onSearch({ plugin: shown.plugin })} />
      </Panel>
      <AlertsPanel columns={columns} where={query.where?.[0]} />
    </Stack>
  )
}

// As many as fit next to the columns of Now.
const NOW_COLUMNS = 3

/** Return what Now shows of this page: it has no facts about persons. */
function onNow({ facts }: PluginFacts, { where, fact }: FactSearch) {
  const shown = facts.filter(({ personal }) => personal === "no").map((each) => each.fact)
  const chosen = fact === undefined ? shown : shown.filter((each) => fact.includes(each))
  return { ...(where && { where }), fact: chosen.slice(0, NOW_COLUMNS) }
}

function withSearch({ search: _, ...query }: FactSearch, words: string | undefined): FactSearch {
  return words === undefined ? query : { ...query, search: words }
}

function choiceOf({ plugin, devices }: PluginFacts): string {
  const count = plural(devices, { one: "# device", other: "# devices" })
  return `${plugin} · ${count}`
}
