import { t } from "@lingui/core/macro"
import type { EmployeeDay } from "@/api/employees"
import { Panel } from "@/components/panel"
import { ViewList } from "@/components/view-list"
import { actorOf } from "@/lib/actions"
import { clockOf } from "@/lib/times"

interface ViewedByProps {
  views: NonNullable<EmployeeDay["looks"]>
}

/** Who viewed this employee's data of that day. The employee sees the same list. */
export function ViewedBy({ views }: ViewedByProps) {
  return (
    <Panel title={t`Viewed by`}>
      <ViewList
        views={views}
        who={actorOf}
        when={clockOf}
        empty={t`No one has viewed this day before you.`}
      />
    </Panel>
  )
}
