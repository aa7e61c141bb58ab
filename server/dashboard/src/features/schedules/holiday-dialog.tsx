import { t } from "@lingui/core/macro"
import { SegmentedControl, TextInput } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { addHoliday, reloadPlanning } from "@/api/planning"
import { Dialog } from "@/components/dialog"
import { bodyOf, COMPANY, type Holder, HolderFields } from "./holder-fields"

/** A dialog that adds a holiday, or makes one a working day. */
export function HolidayDialog({ onClose }: { onClose: () => void }) {
  const [holder, setHolder] = useState<Holder>(COMPANY)
  const [kind, setKind] = useState("holiday")
  const [day, setDay] = useState("")
  const [name, setName] = useState("")
  const body = bodyOf(holder)
  const queryClient = useQueryClient()
  const saved = useMutation({
    mutationFn: async () => {
      if (body !== null) {
        await addHoliday({ ...body, day, is_holiday: kind === "holiday", name: name || null })
      }
    },
    onSuccess: async () => {
      await reloadPlanning(queryClient)
      onClose()
    },
  })
  return (
    <Dialog
      title={t`Change a day`}
      opened
      onClose={onClose}
      button={t`Save`}
      disabled={body === null || day === ""}
      onSubmit={() => saved.mutate()}
      busy={saved.isPending}
      error={saved.error}
    >
      <HolderFields holder={holder} onChange={setHolder} />
      <SegmentedControl
        aria-label={t`What the day is`}
        data={[
          { value: "holiday", label: t`Holiday` },
          { value: "working", label: t`No holiday` },
        ]}
        value={kind}
        onChange={setKind}
      />
      <TextInput
        type="date"
        label={t`Day`}
        required
        value={day}
        onChange={(event) => setDay(event.currentTarget.value)}
      />
      <TextInput
        label={t`Name`}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
    </Dialog>
  )
}
