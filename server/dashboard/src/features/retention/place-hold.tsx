import { t } from "@lingui/core/macro"
import { Select, Textarea } from "@mantine/core"
import { useDebouncedValue } from "@mantine/hooks"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { Dialog } from "@/components/dialog"
import { employeesQuery, placeHold, retentionQuery } from "./retention"

const PAUSE_MS = 200

/** A dialog that adds a legal hold on an employee. */
export function PlaceHold({ onClose }: { onClose: () => void }) {
  const [employee, setEmployee] = useState<string | null>(null)
  const [search, setSearch] = useState("")
  const [reason, setReason] = useState("")
  const [words] = useDebouncedValue(search, PAUSE_MS)
  const found = useQuery(employeesQuery(words)).data ?? []
  const queryClient = useQueryClient()
  const placed = useMutation({
    mutationFn: placeHold,
    onSuccess: async () => {
      await queryClient.invalidateQueries(retentionQuery)
      onClose()
    },
  })
  return (
    <Dialog
      title={t`Add legal hold`}
      opened
      onClose={onClose}
      button={t`Add hold`}
      onSubmit={() => placed.mutate({ employee_id: Number(employee), reason })}
      busy={placed.isPending}
      error={placed.error}
    >
      <Select
        label={t`Employee`}
        required
        searchable
        searchValue={search}
        onSearchChange={setSearch}
        nothingFoundMessage={t`No employees match`}
        data={found.map(({ employee_id, username }) => ({
          value: String(employee_id),
          label: username,
        }))}
        value={employee}
        onChange={setEmployee}
      />
      <Textarea
        label={t`Reason`}
        description={t`Logged, and shown to the employee. Name the matter, not its details.`}
        required
        autosize
        minRows={2}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </Dialog>
  )
}
