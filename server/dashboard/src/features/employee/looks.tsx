import type { EmployeeDay } from "@/api/employees"
import { LookList } from "@/components/look-list"
import { Panel } from "@/components/panel"
import { actorOf } from "@/lib/actions"
import { clockOf } from "@/lib/times"

interface LooksProps {
  looks: NonNullable<EmployeeDay["looks"]>
}

/** Who looked at this person's data on that day; the person sees the same. */
export function Looks({ looks }: LooksProps) {
  return (
    <Panel title="Who looked on this day">
      <LookList looks={looks} who={actorOf} when={clockOf} nobody="Nobody before you." />
    </Panel>
  )
}
