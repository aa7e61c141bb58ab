import { t } from "@lingui/core/macro"
import { Skeleton, Stack, Text, Title } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import MonitorOff from "lucide-react/icons/monitor-off"
import { dayQuery, type EmployeeDay } from "@/api/employees"
import { AgentFacts } from "@/components/agent-facts"
import { Failed } from "@/components/failed"
import { Message } from "@/components/message"
import { Panel } from "@/components/panel"
import { PlaceMap } from "@/components/place-map"
import { Slots } from "@/components/slots"
import { Timeline } from "@/components/timeline"
import { TwoColumns } from "@/components/two-columns"
import { noticeOf } from "@/lib/notice"
import { dayName } from "@/lib/times"
import { placeWords } from "@/lib/words"
import { ViewedBy } from "./viewed-by"

interface DayProps {
  employeeId: number
  workday: string
  zone: string
  onOpen: (logId: string) => void
}

/** One day: presence and logs of each device, locations, and who viewed it. */
export function Day({ employeeId, workday, zone, onOpen }: DayProps) {
  const day = useQuery(dayQuery(employeeId, workday))
  if (day.error !== null) return <Failed error={day.error} retry={() => void day.refetch()} />
  if (day.data === undefined) {
    return (
      <Stack role="status" aria-label={t`Loading`}>
        <Skeleton height={170} />
        <Skeleton height={220} />
      </Stack>
    )
  }
  return (
    <>
      <Title order={2} mb="sm">
        {dayName(workday)}
      </Title>
      {day.data.agents.length === 0 ? (
        <Message icon={MonitorOff} title={t`No device was enrolled on this day`} order={3} />
      ) : (
        <TwoColumns aside={<Aside day={day.data} />}>
          {day.data.agents.map((each) => (
            <Panel key={each.agent.agent_id} title={each.agent.hostname}>
              <Timeline day={each} from={day.data.from} to={day.data.to} zone={zone} />
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
        </TwoColumns>
      )}
    </>
  )
}

function Aside({ day }: { day: EmployeeDay }) {
  const places = day.agents.flatMap((each) =>
    [...each.slots.map((slot) => slot.log), ...each.test_logs].flatMap(
      (log) => log?.location ?? [],
    ),
  )
  const place = places.findLast(({ latitude, longitude }) => latitude != null && longitude != null)
  const location = place ?? places.at(-1)
  return (
    <>
      <Panel title={t`Location`}>
        <Text size="sm" {...(location === undefined && { c: "dimmed" })}>
          {location === undefined ? t`No log of this day has a location.` : placeWords(location)}
        </Text>
        {place?.latitude != null && place.longitude != null && (
          <PlaceMap
            latitude={place.latitude}
            longitude={place.longitude}
            accuracyKm={place.accuracy_km ?? null}
            name={placeWords(place)}
          />
        )}
      </Panel>
      {day.looks !== null && <ViewedBy views={day.looks} />}
    </>
  )
}
