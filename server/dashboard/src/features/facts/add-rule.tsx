import { t } from "@lingui/core/macro"
import { Autocomplete, NumberInput, TextInput } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { Dialog } from "@/components/dialog"
import { addRule, alertsQuery, type FactColumn, rulesQuery } from "./facts"

interface AddRuleProps {
  columns: readonly FactColumn[]
  where: string
  onClose: () => void
}

const DAY_HOURS = 24
const MOST_HOURS = 30 * DAY_HOURS

/** A dialog that adds a rule. */
export function AddRule({ columns, where: proposed, onClose }: AddRuleProps) {
  const [name, setName] = useState("")
  const [where, setWhere] = useState(proposed)
  const [hours, setHours] = useState<string | number>(DAY_HOURS)
  const queryClient = useQueryClient()
  const added = useMutation({
    mutationFn: addRule,
    onSuccess: async () => {
      await queryClient.invalidateQueries(rulesQuery)
      await queryClient.invalidateQueries(alertsQuery)
      onClose()
    },
  })
  return (
    <Dialog
      title={t`Add alert rule`}
      opened
      onClose={onClose}
      button={t`Add`}
      onSubmit={() => added.mutate({ name, where, hours: Number(hours) })}
      busy={added.isPending}
      error={added.error}
    >
      <TextInput
        label={t`Name`}
        required
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Autocomplete
        label={t`Filter`}
        description={t`For example: disk_encryption.encrypted is false`}
        required
        data={columns.map(
          ({ fact, type }) => `${fact} is ${type === "bool" ? "false" : "missing"}`,
        )}
        value={where}
        onChange={setWhere}
      />
      <NumberInput
        label={t`Raise an alert after, in hours`}
        required
        min={0}
        max={MOST_HOURS}
        value={hours}
        onChange={setHours}
      />
    </Dialog>
  )
}
