import { t } from "@lingui/core/macro"
import { List, NumberInput, Radio, Stack, Text, TextInput } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { Dialog } from "@/components/dialog"
import { type Departure, leaveCompany, type NewDeparture } from "./departure"

interface DepartureDialogProps {
  employeeId: number
  name: string
  /** Null for somebody who has not left yet. */
  departure: Departure | null
  /** Called with whether everything was erased, and the employee with it. */
  onDone: (isErased: boolean) => void
  onClose: () => void
}

type Choice = NonNullable<NewDeparture["data"]>

/** A dialog that lets an employee leave, or changes what happens to the data afterwards. */
export function DepartureDialog(props: DepartureDialogProps) {
  const { employeeId, name, departure, onDone, onClose } = props
  const [data, setData] = useState<Choice>(departure?.erase_on ? "erase_on" : "retention")
  const [eraseOn, setEraseOn] = useState(departure?.erase_on ?? "")
  const [reason, setReason] = useState("")
  const [days, setDays] = useState<number | string>(30)
  const queryClient = useQueryClient()
  const left = useMutation({
    mutationFn: () =>
      leaveCompany(employeeId, {
        data,
        my_data_days: Number(days),
        ...(data === "erase_on" && { erase_on: eraseOn }),
        ...(data === "hold" && { reason }),
      }),
    onSuccess: async () => {
      onDone(data === "erase_now")
      await queryClient.invalidateQueries()
    },
  })
  return (
    <Dialog
      title={departure === null ? t`${{ name }} left the company` : t`Data of ${{ name }}`}
      opened
      onClose={onClose}
      button={buttonOf(departure, data)}
      onSubmit={() => left.mutate()}
      danger={departure === null || data === "erase_now"}
      disabled={days === ""}
      busy={left.isPending}
      error={left.error}
    >
      {departure === null && <WhatHappens />}
      <Radio.Group
        label={t`Recorded data`}
        value={data}
        onChange={(chosen) => setData(chosen as Choice)}
      >
        <Stack gap="xs" mt="xs">
          <Radio value="retention" label={t`Delete it after the retention period, as usual`} />
          <Radio value="erase_on" label={t`Erase it on a day`} />
          <Radio value="hold" label={t`Keep it under a legal hold`} />
          <Radio value="erase_now" label={t`Erase it now. This cannot be undone.`} />
        </Stack>
      </Radio.Group>
      {data.startsWith("erase_") && (
        <Text size="sm">
          {t`After an erasure, a hash of each username stays, so that the devices cannot enroll again. End the block on the page Devices to delete it.`}
        </Text>
      )}
      {data === "erase_on" && (
        <TextInput
          type="date"
          label={t`Day of the erasure`}
          required
          value={eraseOn}
          onChange={(event) => setEraseOn(event.currentTarget.value)}
        />
      )}
      {data === "hold" && (
        <TextInput
          label={t`Reason`}
          required
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      )}
      {data !== "erase_now" && (
        <NumberInput
          label={t`Days of access to My data`}
          description={t`For this long, a link shows the employee their own data. 0 ends the access now.`}
          min={0}
          max={365}
          allowDecimal={false}
          value={days}
          onChange={setDays}
        />
      )}
    </Dialog>
  )
}

function WhatHappens() {
  return (
    <>
      <List size="sm">
        <List.Item>{t`All devices are revoked, and cannot enroll again under any username of the employee.`}</List.Item>
        <List.Item>{t`The employee leaves all teams, and gets no alerts.`}</List.Item>
        <List.Item>{t`Dashboard accounts with a username of the employee are disabled.`}</List.Item>
      </List>
      <Text size="sm">{t`You can undo this for 24 hours, as long as nothing is erased.`}</Text>
    </>
  )
}

function buttonOf(departure: Departure | null, data: Choice): string {
  if (data === "erase_now") return t`Erase everything`
  return departure === null ? t`Left the company` : t`Save`
}
