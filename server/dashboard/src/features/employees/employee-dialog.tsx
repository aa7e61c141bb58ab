import { t } from "@lingui/core/macro"
import { TextInput } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { Dialog } from "@/components/dialog"
import { addEmployee, changeEmployee, type EmployeeRow, reloadEmployees } from "./employees"
import { type Profile, ProfileFields, profileOf } from "./profile-fields"

interface EmployeeDialogProps {
  /** Null adds one. */
  employee: EmployeeRow | null
  onClose: () => void
}

/** A dialog that adds an employee, or changes one. */
export function EmployeeDialog({ employee, onClose }: EmployeeDialogProps) {
  const [username, setUsername] = useState("")
  const [profile, setProfile] = useState<Profile>(() => profileOf(employee))
  const queryClient = useQueryClient()
  const saved = useMutation({
    mutationFn: async () => {
      if (employee === null) await addEmployee({ username, ...profile })
      else await changeEmployee({ employee_id: employee.employee_id, ...profile })
    },
    onSuccess: async () => {
      await reloadEmployees(queryClient)
      onClose()
    },
  })
  return (
    <Dialog
      {...wordsOf(employee)}
      opened
      onClose={onClose}
      onSubmit={() => saved.mutate()}
      busy={saved.isPending}
      error={saved.error}
    >
      {employee === null && (
        <TextInput
          label={t`Username`}
          description={t`As the device reports it`}
          required
          data-autofocus
          value={username}
          onChange={(event) => setUsername(event.currentTarget.value)}
        />
      )}
      <ProfileFields profile={profile} onChange={setProfile} />
    </Dialog>
  )
}

function wordsOf(employee: EmployeeRow | null): { title: string; button: string } {
  if (employee === null) {
    return {
      title: t`Add employee`,
      button: t`Add`,
    }
  }
  return {
    title: t`Edit ${{ username: employee.username }}`,
    button: t`Save`,
  }
}
