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
    <Panel title="Viewed by">
      <LookList looks={looks} who={actorOf} when={clockOf} nobody="No one before you." />
    </Panel>
  )
}
