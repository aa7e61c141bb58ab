import { t } from "@lingui/core/macro"
import { Button, Group, List, Stack, Text } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { Dialog } from "@/components/dialog"
import { Panel } from "@/components/panel"
import { actorOf } from "@/lib/actions"
import { employees } from "@/lib/counts"
import { shortOf } from "@/lib/times"
import { type ImportSummary, lastImportQuery, reloadEmployees, undoImport } from "./employees"

/** The last import, which can be undone. Nothing when there is none. */
export function LastImport() {
  const last = useQuery(lastImportQuery).data
  const [isAsking, setIsAsking] = useState(false)
  const close = () => setIsAsking(false)
  if (!isAsking && last == null) return null
  return (
    <>
      {last != null && (
        <Panel title={t`Last import`}>
          <Group justify="space-between" gap="sm">
            <Text size="sm">{wordsOf(last)}</Text>
            <Button variant="default" onClick={() => setIsAsking(true)}>{t`Undo import`}</Button>
          </Group>
        </Panel>
      )}
      {isAsking && <UndoDialog onClose={close} />}
    </>
  )
}

function UndoDialog({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient()
  const undone = useMutation({
    mutationFn: undoImport,
    onSuccess: async ({ kept }) => {
      await reloadEmployees(queryClient)
      if (kept.length === 0) onClose()
    },
  })
  const isDone = undone.isSuccess
  const words = {
    close: t`Close`,
    undo: t`Undo import`,
  }
  return (
    <Dialog
      title={t`Undo the last import?`}
      opened
      onClose={onClose}
      button={isDone ? words.close : words.undo}
      onSubmit={() => (isDone ? onClose() : undone.mutate())}
      danger={!isDone}
      busy={undone.isPending}
      error={undone.error}
    >
      {isDone ? (
        <Kept usernames={undone.data.kept} />
      ) : (
        <Text size="sm">
          {t`Employees that it added are removed, and those that it changed are as before. Employees who were changed since, or have a device by now, stay as they are.`}
        </Text>
      )}
    </Dialog>
  )
}

function Kept({ usernames }: { usernames: readonly string[] }) {
  return (
    <Stack gap="xs" role="status">
      <Text size="sm">
        {t`The import was undone, except for employees who were changed since or have a device:`}
      </Text>
      <List size="sm">
        {usernames.map((name) => (
          <List.Item key={name}>{name}</List.Item>
        ))}
      </List>
    </Stack>
  )
}

function wordsOf({ imported_at, imported_by, added, changed }: ImportSummary): string {
  const [when, who] = [shortOf(imported_at), actorOf(imported_by)]
  const [more, others] = [employees(added), employees(changed)]
  return t`${when} by ${who}: ${more} added, ${others} changed`
}
