import { t } from "@lingui/core/macro"
import { Box, Text } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { ActivityMonth } from "@/components/activity-month"
import { Panel } from "@/components/panel"
import { myAttendanceQuery } from "./my-data"

/** When the employee's devices were on, as managers see it. Nothing before the first count. */
export function MyActivity() {
  const { data } = useQuery(myAttendanceQuery)
  const [row] = data?.rows ?? []
  if (row === undefined) return null
  return (
    <Box mt="md">
      <Panel title={t`Device activity`}>
        <Text size="sm" c="dimmed" mb="sm">
          {t`When devices were on. This is no record of working time.`}
        </Text>
        <ActivityMonth row={row} />
      </Panel>
    </Box>
  )
}
