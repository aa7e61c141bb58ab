import { t } from "@lingui/core/macro"
import { Text } from "@mantine/core"
import type { Employee } from "@/api/employees"
import { Facts } from "@/components/facts"
import { Panel } from "@/components/panel"
import { statusWords } from "@/lib/employee-status"
import { countryWords } from "@/lib/words"

/** What administrators have entered about the employee. Nothing when they have entered nothing. */
export function MyProfile({ employee }: { employee: Employee }) {
  const { display_name, email, teams, manager, time_zone, country, region, status } = employee
  const { further_usernames } = employee
  const place =
    country === null ? null : [countryWords(country), region].filter(Boolean).join(" · ")
  const entered: [string, string | null][] = [
    [t`Display name`, display_name],
    [t`Further usernames`, further_usernames.join(", ") || null],
    [t`E-mail`, email],
    [t`Teams`, teams.join(", ") || null],
    [t`Manager`, manager],
    [t`Time zone`, time_zone],
    [t`Country`, place],
    [t`Status`, status === "active" ? null : statusWords(status)],
  ]
  const rows = entered.filter(([, value]) => value !== null)
  if (rows.length === 0) return null
  return (
    <Panel title={t`Directory`}>
      <Facts rows={rows} />
      <Text size="sm" c="dimmed" mt="sm">
        {t`Your employer entered this. It is kept until your employer erases it.`}
      </Text>
    </Panel>
  )
}
