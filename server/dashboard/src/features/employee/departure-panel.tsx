import { t } from "@lingui/core/macro"
import { Button, Group, Stack, Text } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { Dialog } from "@/components/dialog"
import { FormError } from "@/components/form-error"
import { Panel } from "@/components/panel"
import { SecretDialog } from "@/components/secret-dialog"
import { absolute } from "@/lib/absolute"
import { actorOf } from "@/lib/actions"
import { devices } from "@/lib/counts"
import { dayName, wholeOf } from "@/lib/times"
import { useIsAdmin } from "@/lib/use-is-admin"
import { type Departure, makeMyDataLink, undoDeparture } from "./departure"

interface DeparturePanelProps {
  employeeId: number
  name: string
  departure: Departure
  onChange: () => void
}

/** What happened when an employee left, and what can still be done. */
export function DeparturePanel({ employeeId, name, departure, onChange }: DeparturePanelProps) {
  const isAdmin = useIsAdmin()
  const [isUndoing, setUndoing] = useState(false)
  const link = useMutation({ mutationFn: () => makeMyDataLink(employeeId) })
  const mayUndo = isAdmin && Date.parse(departure.undo_until) > Date.now()
  const hasAccess =
    departure.my_data_until !== null && Date.parse(departure.my_data_until) > Date.now()
  return (
    <Panel title={t`Left the company`}>
      <Stack gap="xs">
        {linesOf(departure).map((line) => (
          <Text key={line} size="sm">
            {line}
          </Text>
        ))}
        <FormError error={link.error} />
        {isAdmin && (
          <Group gap="xs">
            <Button variant="default" onClick={onChange}>{t`Change data options`}</Button>
            {hasAccess && (
              <Button
                variant="default"
                loading={link.isPending}
                onClick={() => link.mutate()}
              >{t`Create link to My data`}</Button>
            )}
            {mayUndo && (
              <Button variant="default" onClick={() => setUndoing(true)}>{t`Undo`}</Button>
            )}
          </Group>
        )}
      </Stack>
      {isUndoing && (
        <UndoDialog employeeId={employeeId} name={name} onClose={() => setUndoing(false)} />
      )}
      <SecretDialog
        title={t`Link to My data`}
        secret={link.data === undefined ? null : absolute(link.data.url)}
        onClose={() => link.reset()}
      >
        {t`Give this link to ${{ name }}. It opens their own data until ${{ until: wholeOf(departure.my_data_until ?? "") }}. An earlier link no longer works.`}
      </SecretDialog>
    </Panel>
  )
}

function UndoDialog(props: { employeeId: number; name: string; onClose: () => void }) {
  const { employeeId, name, onClose } = props
  const queryClient = useQueryClient()
  const undone = useMutation({
    mutationFn: () => undoDeparture(employeeId),
    onSuccess: async () => {
      onClose()
      await queryClient.invalidateQueries()
    },
  })
  return (
    <Dialog
      title={t`Undo that ${{ name }} left?`}
      opened
      onClose={onClose}
      button={t`Undo`}
      onSubmit={() => undone.mutate()}
      busy={undone.isPending}
      error={undone.error}
    >
      <Text size="sm">
        {t`Devices, teams and accounts return as they were, and the usernames can enroll again.`}
      </Text>
    </Dialog>
  )
}

function linesOf(departure: Departure): string[] {
  const { erase_on, my_data_until, disabled_users } = departure
  return [
    t`${{ who: actorOf(departure.left_by) }} recorded this on ${{ at: wholeOf(departure.left_at) }}.`,
    t`Revoked: ${{ devices: devices(departure.devices) }}.`,
    ...(disabled_users.length === 0
      ? []
      : [t`Disabled dashboard accounts: ${{ accounts: disabled_users.join(", ") }}.`]),
    erase_on === null
      ? t`Recorded data is deleted after the retention period, unless a legal hold keeps it.`
      : t`Recorded data is erased on ${{ day: dayName(erase_on) }}.`,
    my_data_until === null
      ? t`The employee has no access to My data.`
      : t`The employee has access to My data until ${{ at: wholeOf(my_data_until) }}.`,
  ]
}
