import { t } from "@lingui/core/macro"
import { Box, Button } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { type ReactNode, useState } from "react"
import type { Employee } from "@/api/employees"
import { sessionQuery } from "@/api/session"
import { departureQuery } from "./departure"
import { DepartureDialog } from "./departure-dialog"
import { DeparturePanel } from "./departure-panel"

/** Return the button that lets an employee leave, and the panel of somebody who left. */
export function useDeparture(
  employeeId: number,
  employee: Employee | undefined,
): { button: ReactNode; panel: ReactNode } {
  const role = useQuery(sessionQuery).data?.role
  const navigate = useNavigate()
  const [isOpen, setOpen] = useState(false)
  const found = useQuery({
    ...departureQuery(employeeId),
    enabled: role === "admin" || role === "auditor",
  })
  const departure = found.data ?? null
  if (employee === undefined || found.data === undefined) return { button: null, panel: null }
  const name = employee.display_name ?? employee.username
  const done = (isErased: boolean) => {
    setOpen(false)
    if (isErased) void navigate({ to: "/employees", search: {} })
  }
  const dialog = isOpen && (
    <DepartureDialog
      employeeId={employeeId}
      name={name}
      departure={departure}
      onDone={done}
      onClose={() => setOpen(false)}
    />
  )
  return {
    button: (
      <>
        {role === "admin" && departure === null && (
          <Button variant="default" onClick={() => setOpen(true)}>{t`Left the company`}</Button>
        )}
        {dialog}
      </>
    ),
    panel: departure !== null && (
      <Box mb="md">
        <DeparturePanel
          employeeId={employeeId}
          name={name}
          departure={departure}
          onChange={() => setOpen(true)}
        />
      </Box>
    ),
  }
}
