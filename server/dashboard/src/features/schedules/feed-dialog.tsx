import { t } from "@lingui/core/macro"
import { Switch, Text, TextInput } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { addLeaveFeed, reloadPlanning } from "@/api/planning"
import { Dialog } from "@/components/dialog"
import { EmployeeField } from "@/components/employee-field"

/** A dialog that adds a calendar by URL. */
export function FeedDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("")
  const [url, setUrl] = useState("")
  const [forOne, setForOne] = useState(false)
  const [employee, setEmployee] = useState<number | null>(null)
  const queryClient = useQueryClient()
  const saved = useMutation({
    mutationFn: () =>
      addLeaveFeed({ name, url, ...(forOne && employee !== null && { employee_id: employee }) }),
    onSuccess: async () => {
      await reloadPlanning(queryClient)
      onClose()
    },
  })
  return (
    <Dialog
      title={t`Add calendar`}
      opened
      onClose={onClose}
      button={t`Add`}
      disabled={forOne && employee === null}
      onSubmit={() => saved.mutate()}
      busy={saved.isPending}
      error={saved.error}
    >
      <TextInput
        label={t`Name`}
        required
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextInput
        label={t`iCalendar address`}
        description={t`It is not shown again.`}
        required
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
      />
      <Switch
        label={t`All events are leave of one employee`}
        checked={forOne}
        onChange={(event) => setForOne(event.currentTarget.checked)}
      />
      {forOne ? (
        <EmployeeField value={employee} onChange={setEmployee} />
      ) : (
        <Text size="sm" c="dimmed">
          {t`Each event belongs to the employee whose e-mail address it has, or whose name is in its title.`}
        </Text>
      )}
      <Text size="sm" c="dimmed">{t`Only whole days are read. Titles are not stored.`}</Text>
    </Dialog>
  )
}
