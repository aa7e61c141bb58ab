import { t } from "@lingui/core/macro"
import { NumberInput, Switch } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { Dialog } from "@/components/dialog"
import { type AlertRule, changeRule, kindName, rulesQuery } from "./alerts"

const PERSONAL: readonly AlertRule["kind"][] = [
  "device_silent",
  "employee_not_seen",
  "logs_missed",
  "fact",
]

/** A dialog that changes a rule. */
export function ChangeRule({ rule, onClose }: { rule: AlertRule; onClose: () => void }) {
  const [enabled, setEnabled] = useState(rule.enabled)
  const [notifies, setNotifies] = useState(rule.notifies_employee)
  const [threshold, setThreshold] = useState<string | number>(rule.threshold)
  const queryClient = useQueryClient()
  const changed = useMutation({
    mutationFn: changeRule,
    onSuccess: async () => {
      await queryClient.invalidateQueries(rulesQuery)
      onClose()
    },
  })
  return (
    <Dialog
      title={kindName(rule.kind)}
      opened
      onClose={onClose}
      button={t`Save`}
      onSubmit={() =>
        changed.mutate({
          kind: rule.kind,
          enabled,
          notifies_employee: notifies,
          threshold: Number(threshold),
        })
      }
      busy={changed.isPending}
      error={changed.error}
    >
      <Switch
        label={t`Raise alerts`}
        checked={enabled}
        onChange={(event) => setEnabled(event.currentTarget.checked)}
      />
      {rule.unit !== null && (
        <NumberInput
          label={unitName(rule.unit)}
          required
          min={0}
          max={99}
          allowDecimal={false}
          value={threshold}
          onChange={setThreshold}
        />
      )}
      {PERSONAL.includes(rule.kind) && (
        <Switch
          label={t`Send it to the employee, too`}
          description={t`By e-mail, in the same words`}
          checked={notifies}
          onChange={(event) => setNotifies(event.currentTarget.checked)}
        />
      )}
    </Dialog>
  )
}

function unitName(unit: string): string {
  switch (unit) {
    case "working_days":
      return t`Working days in a row`
    case "percent":
      return t`Percent`
    case "hours":
      return t`Hours`
    default:
      return t`Working hours`
  }
}
