import { t } from "@lingui/core/macro"
import { Switch, TextInput } from "@mantine/core"
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
  const [joinData, setJoinData] = useState(false)
  const isNew = (name: string) => employee?.further_usernames.includes(name) === false
  const mayJoin = profile.further_usernames.some(isNew)
  const queryClient = useQueryClient()
  const saved = useMutation({
    mutationFn: async () => {
      if (employee === null) await addEmployee({ username, ...profile })
      else {
        const { employee_id } = employee
        await changeEmployee({ employee_id, ...profile, join_data: mayJoin && joinData })
      }
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
      {mayJoin && (
        <Switch
          label={t`Join existing data`}
          description={t`Devices that have reported under a new further username, and their data, become this employee's. This cannot be undone.`}
          checked={joinData}
          onChange={(event) => setJoinData(event.currentTarget.checked)}
        />
      )}
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
