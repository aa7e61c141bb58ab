import { t } from "@lingui/core/macro"
import { Skeleton, Stack, Title } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import MonitorOff from "lucide-react/icons/monitor-off"
import { AgentFacts } from "@/components/agent-facts"
import { Failed } from "@/components/failed"
import { Message } from "@/components/message"
import { Panel } from "@/components/panel"
import { Slots } from "@/components/slots"
import { Timeline } from "@/components/timeline"
import { noticeOf } from "@/lib/notice"
import { dayName } from "@/lib/times"
import { Closed } from "./closed"
import { isClosed, myDayQuery } from "./my-data"

interface MyDayProps {
  workday: string
  zone: string
  onOpen: (logId: string) => void
}

/** One day: presence and logs of each device. */
export function MyDay({ workday, zone, onOpen }: MyDayProps) {
  const day = useQuery(myDayQuery(workday))
  if (isClosed(day.error)) return <Closed error={day.error} />
  if (day.error !== null) return <Failed error={day.error} retry={() => void day.refetch()} />
  if (day.data === undefined) {
    return (
      <Stack role="status" aria-label={t`Loading`}>
        <Skeleton height={170} />
        <Skeleton height={220} />
      </Stack>
    )
  }
  const { agents, from, to } = day.data
  return (
    <>
      <Title order={2}>{dayName(workday)}</Title>
      {agents.length === 0 && (
        <Message icon={MonitorOff} title={t`No device was enrolled on this day`} order={3} />
      )}
      {agents.map((each) => (
        <Panel key={each.agent.agent_id} title={each.agent.hostname}>
          <Timeline day={each} from={from} to={to} zone={zone} />
          <Slots
            slots={each.slots}
            zone={each.time_zone}
            tests={each.test_logs}
            holds={noticeOf(each.agent.health)?.holds ?? null}
            silent={each.heartbeats.length === 0}
            onOpen={onOpen}
          />
          <AgentFacts agent={each.agent} />
        </Panel>
      ))}
    </>
  )
}
