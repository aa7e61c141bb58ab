import { t } from "@lingui/core/macro"
import { Group, Text, TextInput } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { addLeave, changeLeave, type LeaveRow, reloadPlanning } from "@/api/planning"
import { Dialog } from "@/components/dialog"
import { EmployeeField } from "@/components/employee-field"

/** Whose leave is entered; null asks for the employee. */
export interface LeaveOf {
  employee_id: number
  name: string
}

interface LeaveDialogProps {
  of: LeaveOf | null
  /** Null enters new leave. */
  leave: LeaveRow | null
  onClose: () => void
}

/** A dialog that enters leave of an employee, or changes its days. */
export function LeaveDialog({ of, leave, onClose }: LeaveDialogProps) {
  const [employee, setEmployee] = useState(of?.employee_id ?? null)
  const [first, setFirst] = useState(leave?.first_day ?? "")
  const [last, setLast] = useState(leave?.last_day ?? "")
  const queryClient = useQueryClient()
  const saved = useMutation({
    mutationFn: async () => {
      const days = { first_day: first, last_day: last || first }
      if (leave !== null) await changeLeave({ leave_id: leave.leave_id, ...days })
      else if (employee !== null) await addLeave({ employee_id: employee, ...days })
    },
    onSuccess: async () => {
      await reloadPlanning(queryClient)
      onClose()
    },
  })
  return (
    <Dialog
      title={of === null ? t`Enter leave` : t`Leave of ${{ name: of.name }}`}
      opened
      onClose={onClose}
      button={t`Save`}
      disabled={employee === null || first === ""}
      onSubmit={() => saved.mutate()}
      busy={saved.isPending}
      error={saved.error}
    >
      {of === null && <EmployeeField value={employee} onChange={setEmployee} />}
      <Group grow align="flex-start" gap="sm">
        <TextInput
          type="date"
          label={t`First day`}
          required
          value={first}
          onChange={(event) => setFirst(event.currentTarget.value)}
        />
        <TextInput
          type="date"
          label={t`Last day`}
          value={last}
          min={first}
          onChange={(event) => setLast(event.currentTarget.value)}
        />
      </Group>
      <Text size="sm" c="dimmed">{t`No reason is stored. The employee sees who entered it.`}</Text>
    </Dialog>
  )
}
