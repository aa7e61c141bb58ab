import { msg, t } from "@lingui/core/macro"
import { Button, Text } from "@mantine/core"
import { useInfiniteQuery } from "@tanstack/react-query"
import ContactRound from "lucide-react/icons/contact-round"
import type { Column } from "@/components/data-table"
import { Message } from "@/components/message"
import { Moment } from "@/components/moment"
import { NoMatch } from "@/components/no-match"
import { PagedTable } from "@/components/paged-table"
import { Tag } from "@/components/tag"
import { TextLink } from "@/components/text-link"
import { devices } from "@/lib/counts"
import { statusWords } from "@/lib/employee-status"
import { agoOf } from "@/lib/times"
import { countryWords } from "@/lib/words"
import { type EmployeeFilter, type EmployeeRow, employeesQuery } from "./employees"

interface EmployeesTableProps {
  filter: EmployeeFilter
  /** Null for users who may not change employees. */
  onEdit: ((employee: EmployeeRow) => void) | null
  onClear: () => void
}

/** All employees, page after page. */
export function EmployeesTable({ filter, onEdit, onClear }: EmployeesTableProps) {
  const isFiltered = filter.search !== undefined || filter.team !== undefined
  return (
    <PagedTable
      label={t`Employees`}
      columns={onEdit === null ? COLUMNS : [...COLUMNS, editing(onEdit)]}
      found={useInfiniteQuery(employeesQuery(filter))}
      keyOf={(employee) => employee.employee_id}
      more={t`Load more employees`}
      empty={
        isFiltered ? (
          <NoMatch title={t`No employees match these filters`} onClear={onClear} />
        ) : (
          <Message icon={ContactRound} title={t`No employees yet`}>
            {onEdit === null
              ? t`Employees appear here once their first device is enrolled.`
              : t`Add or import them here. Employees also appear once their first device is enrolled.`}
          </Message>
        )
      }
    />
  )
}

const COLUMNS: readonly Column<EmployeeRow>[] = [
  {
    title: msg`Employee`,
    isName: true,
    width: "12rem",
    cell: ({ employee_id, display_name, username, further_usernames }) => (
      <>
        <TextLink to="/employees/$employeeId" params={{ employeeId: employee_id }}>
          {display_name ?? username}
        </TextLink>
        {(display_name !== null || further_usernames.length > 0) && (
          <Text size="xs" c="dimmed" fw={400}>
            {[...(display_name === null ? [] : [username]), ...further_usernames].join(", ")}
          </Text>
        )}
      </>
    ),
  },
  {
    title: msg`Status`,
    width: "6rem",
    cell: ({ status }) => (
      <Tag tone={status === "active" ? "good" : "quiet"}>{statusWords(status)}</Tag>
    ),
  },
  { title: msg`E-mail`, isText: true, width: "15rem", cell: ({ email }) => email ?? "–" },
  { title: msg`Teams`, isText: true, cell: ({ teams }) => teams.join(", ") || "–" },
  { title: msg`Manager`, isText: true, cell: ({ manager }) => manager ?? "–" },
  {
    title: msg`Country`,
    isText: true,
    cell: ({ country, region, time_zone }) => (
      <>
        {country === null ? "–" : [countryWords(country), region].filter(Boolean).join(" · ")}
        {time_zone !== null && (
          <Text size="xs" c="dimmed">
            {time_zone}
          </Text>
        )}
      </>
    ),
  },
  { title: msg`Devices`, width: "7rem", cell: (employee) => <Devices employee={employee} /> },
]

function Devices({ employee: { agents, last_seen: at } }: { employee: EmployeeRow }) {
  return (
    <>
      {agents === 0 ? t`none` : devices(agents)}
      {at !== null && (
        <Text size="xs" c="dimmed" component="div">
          <Moment at={at}>{agoOf(at, Date.now())}</Moment>
        </Text>
      )}
    </>
  )
}

function editing(onEdit: (employee: EmployeeRow) => void): Column<EmployeeRow> {
  return {
    title: null,
    align: "end",
    cell: (employee) => (
      <Button
        size="compact-sm"
        variant="default"
        aria-label={t`Edit ${{ username: employee.username }}`}
        onClick={() => onEdit(employee)}
      >
        {t`Edit`}
      </Button>
    ),
  }
}
