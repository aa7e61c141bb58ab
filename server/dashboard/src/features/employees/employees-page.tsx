import { t } from "@lingui/core/macro"
import { Button, Group, Stack } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { teamsQuery } from "@/api/teams"
import { Page } from "@/components/page"
import { Panel } from "@/components/panel"
import { SearchField } from "@/components/search-field"
import { TeamSelect } from "@/components/team-select"
import { useIsAdmin } from "@/lib/use-is-admin"
import { EmployeeDialog } from "./employee-dialog"
import type { EmployeeFilter, EmployeeRow } from "./employees"
import { EmployeesTable } from "./employees-table"
import { ImportDialog } from "./import-dialog"
import { LastImport } from "./last-import"

interface EmployeesPageProps {
  filter: EmployeeFilter
  onFilter: (filter: EmployeeFilter) => void
}

type Open = "add" | "import" | EmployeeRow | null

/** The directory: everybody whom the user may see, with or without a device. */
export function EmployeesPage({ filter, onFilter }: EmployeesPageProps) {
  const isAdmin = useIsAdmin()
  const [open, setOpen] = useState<Open>(null)
  const close = () => setOpen(null)
  return (
    <Page
      title={t`Employees`}
      lead={t`Everybody in the directory, with or without a device.`}
      actions={
        isAdmin && (
          <>
            <Button variant="default" onClick={() => setOpen("import")}>{t`Import CSV`}</Button>
            <Button onClick={() => setOpen("add")}>{t`Add employee`}</Button>
          </>
        )
      }
    >
      <Stack>
        {isAdmin && <LastImport />}
        <Panel title={t`All employees`} aside={<Filters filter={filter} onFilter={onFilter} />}>
          <EmployeesTable
            filter={filter}
            onEdit={isAdmin ? setOpen : null}
            onClear={() => onFilter({})}
          />
        </Panel>
      </Stack>
      {open === "import" && <ImportDialog onClose={close} />}
      {open === "add" && <EmployeeDialog employee={null} onClose={close} />}
      {open !== null && typeof open === "object" && (
        <EmployeeDialog employee={open} onClose={close} />
      )}
    </Page>
  )
}

function Filters({ filter: { search, team }, onFilter }: EmployeesPageProps) {
  const teams = useQuery(teamsQuery)
  return (
    <Group gap="xs">
      <SearchField
        label={t`Search by name or username`}
        value={search ?? ""}
        onSearch={(words) =>
          onFilter({ ...(team !== undefined && { team }), ...(words && { search: words }) })
        }
      />
      <TeamSelect
        teams={teams.data}
        value={team}
        onChange={(chosen) =>
          onFilter({ ...(search && { search }), ...(chosen !== undefined && { team: chosen }) })
        }
      />
    </Group>
  )
}
