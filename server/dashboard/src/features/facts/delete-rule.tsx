import { t } from "@lingui/core/macro"
import { Text } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { Dialog } from "@/components/dialog"
import { alertsQuery, deleteRule, type FactRule, rulesQuery } from "./facts"

/** Asks for confirmation before a rule is deleted. */
export function DeleteRule({ rule, onClose }: { rule: FactRule; onClose: () => void }) {
  const queryClient = useQueryClient()
  const deleted = useMutation({
    mutationFn: deleteRule,
    onSuccess: async () => {
      await queryClient.invalidateQueries(rulesQuery)
      await queryClient.invalidateQueries(alertsQuery)
      onClose()
    },
  })
  return (
    <Dialog
      title={t`Delete ${{ name: rule.name }}?`}
      opened
      onClose={onClose}
      button={t`Delete rule`}
      onSubmit={() => deleted.mutate(rule.rule_id)}
      danger
      busy={deleted.isPending}
      error={deleted.error}
    >
      <Text size="sm">{t`Its alerts are deleted, too.`}</Text>
    </Dialog>
  )
}
