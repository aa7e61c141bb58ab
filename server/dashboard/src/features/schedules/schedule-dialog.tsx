import { t } from "@lingui/core/macro"
import { Switch, Text, TextInput } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { addSchedule, changeSchedule, reloadPlanning, type ScheduleRow } from "@/api/planning"
import { Dialog } from "@/components/dialog"
import { bodyOf, COMPANY, type Holder, HolderFields, holderWords } from "./holder-fields"
import { FULL_TIME } from "./week"
import { WeekFields } from "./week-fields"

interface ScheduleDialogProps {
  /** Null adds one. */
  schedule: ScheduleRow | null
  today: string
  onClose: () => void
}

/** A dialog that adds a schedule, or changes its hours. */
export function ScheduleDialog({ schedule, today, onClose }: ScheduleDialogProps) {
  const [holder, setHolder] = useState<Holder>(COMPANY)
  const [since, setSince] = useState(schedule?.valid_from ?? today)
  const [week, setWeek] = useState(schedule?.week ?? FULL_TIME)
  const [ends, setEnds] = useState(schedule !== null && schedule.week === null)
  const body = bodyOf(holder)
  const queryClient = useQueryClient()
  const saved = useMutation({
    mutationFn: async () => {
      const hours = { week: ends ? null : week }
      if (schedule !== null) await changeSchedule({ schedule_id: schedule.schedule_id, ...hours })
      else if (body !== null) await addSchedule({ ...body, valid_from: since, ...hours })
    },
    onSuccess: async () => {
      await reloadPlanning(queryClient)
      onClose()
    },
  })
  return (
    <Dialog
      title={
        schedule === null
          ? t`Add schedule`
          : t`Schedule of ${{ name: holderWords(schedule.holder) }}`
      }
      opened
      onClose={onClose}
      button={schedule === null ? t`Add` : t`Save`}
      disabled={schedule === null && (body === null || since === "")}
      onSubmit={() => saved.mutate()}
      busy={saved.isPending}
      error={saved.error}
    >
      {schedule === null && (
        <>
          <HolderFields holder={holder} onChange={setHolder} />
          <TextInput
            type="date"
            label={t`Valid from`}
            required
            value={since}
            onChange={(event) => setSince(event.currentTarget.value)}
          />
        </>
      )}
      <Switch
        label={t`End the schedule on this date`}
        checked={ends}
        onChange={(event) => setEnds(event.currentTarget.checked)}
      />
      {ends ? (
        <Text size="sm" c="dimmed">
          {t`From this date on, the schedule of the team or the company is valid again.`}
        </Text>
      ) : (
        <WeekFields week={week} onChange={setWeek} />
      )}
    </Dialog>
  )
}
