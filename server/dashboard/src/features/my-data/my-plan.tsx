import { t } from "@lingui/core/macro"
import { Box, Button, Text } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { Panel } from "@/components/panel"
import { PlannedDays } from "@/components/planned-days"
import { myPlanQuery } from "./my-data"

/** The planned year of the employee. Nothing when nothing is planned. */
export function MyPlan({ today }: { today: string }) {
  const year = Number(today.slice(0, 4))
  const [month, setMonth] = useState<number | null>(null)
  const { data } = useQuery(myPlanQuery(year))
  if (!data?.rows.some(({ days }) => /[^-]/.test(days))) return null
  return (
    <Box mt="md">
      <Panel
        title={t`Planned days`}
        aside={
          month !== null && (
            <Button
              variant="default"
              size="compact-sm"
              onClick={() => setMonth(null)}
            >{t`Whole year`}</Button>
          )
        }
      >
        <PlannedDays table={data} year={year} month={month} onMonth={setMonth} isOwn />
        <Text size="sm" c="dimmed" mt="sm">
          {t`Your employer entered working hours and leave, without a reason. Leave is deleted with the other data of its days.`}
        </Text>
      </Panel>
    </Box>
  )
}
