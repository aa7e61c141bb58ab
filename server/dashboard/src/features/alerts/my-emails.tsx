import { t } from "@lingui/core/macro"
import { Select, Skeleton, Switch, TextInput } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { Dialog } from "@/components/dialog"
import { changeSubscription, type Subscription, subscriptionQuery } from "./alerts"

/** A dialog in which users choose which e-mails they get about alerts. */
export function MyEmails({ onClose }: { onClose: () => void }) {
  const found = useQuery(subscriptionQuery)
  const [changed, setChanged] = useState<Partial<Subscription>>({})
  const queryClient = useQueryClient()
  const saved = useMutation({
    mutationFn: changeSubscription,
    onSuccess: async () => {
      await queryClient.invalidateQueries(subscriptionQuery)
      onClose()
    },
  })
  const wanted = { email: "", alerts: false, digest: "none" as const, ...found.data, ...changed }
  const { alerts, digest } = wanted
  const email = wanted.email ?? ""
  const change = (part: Partial<Subscription>) => setChanged({ ...changed, ...part })
  return (
    <Dialog
      title={t`My e-mails about alerts`}
      opened
      onClose={onClose}
      button={t`Save`}
      onSubmit={() => saved.mutate({ email: email === "" ? null : email, alerts, digest })}
      disabled={found.isPending}
      busy={saved.isPending}
      error={saved.error ?? found.error}
    >
      {found.isPending ? (
        <Skeleton height={200} role="status" aria-label={t`Loading`} />
      ) : (
        <>
          <TextInput
            label={t`E-mail address`}
            description={t`Without one, you get no e-mails`}
            type="email"
            data-autofocus
            value={email}
            onChange={(event) => change({ email: event.currentTarget.value })}
          />
          <Switch
            label={t`Each alert`}
            description={t`In your working hours, about the employees you may see`}
            checked={alerts}
            onChange={(event) => change({ alerts: event.currentTarget.checked })}
          />
          <Select
            label={t`Summary of open alerts`}
            data={[
              { value: "none", label: t`never` },
              { value: "daily", label: t`each working day` },
              { value: "weekly", label: t`each week` },
            ]}
            value={digest}
            allowDeselect={false}
            onChange={(value) => change({ digest: (value ?? "none") as typeof digest })}
          />
        </>
      )}
    </Dialog>
  )
}
