import { msg, plural, t } from "@lingui/core/macro"
import { Alert, Button, Code, FileButton, Group, Modal, Stack, Text, Textarea } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { type Column, DataTable } from "@/components/data-table"
import { useFocusBack } from "@/lib/use-focus-back"
import { DIGITS_SHOWN, type SettingsGroup } from "./fleet"
import { type Difference, differences, fingerprintOf, settingsOf } from "./settings-form"

interface CompareSettingsProps {
  groups: readonly SettingsGroup[]
  onClose: () => void
}

/** Compares the settings of two laptops, value by value. Nothing is sent to the server. */
export function CompareSettings({ groups, onClose }: CompareSettingsProps) {
  useFocusBack()
  const [agreed, setAgreed] = useState("")
  const [found, setFound] = useState("")
  return (
    <Modal
      opened
      onClose={onClose}
      title={t`Compare settings`}
      closeButtonProps={{ "aria-label": t`Close` }}
      size="xl"
      centered
    >
      <Stack>
        <Text size="sm">
          {t`Run “wfhagent settings” on each laptop, and paste or open the two outputs here. They are compared in this browser, and not sent to the server. Secrets are not part of them.`}
        </Text>
        <Side label={t`Agreed settings`} text={agreed} onText={setAgreed} groups={groups} />
        <Side
          label={t`Settings of the other laptop`}
          text={found}
          onText={setFound}
          groups={groups}
        />
        <Result agreed={agreed} found={found} />
      </Stack>
    </Modal>
  )
}

interface SideProps {
  label: string
  text: string
  onText: (text: string) => void
  groups: readonly SettingsGroup[]
}

function Side({ label, text, onText, groups }: SideProps) {
  const isWrong = text.trim() !== "" && settingsOf(text) === null
  return (
    <Stack gap={6}>
      <Textarea
        label={label}
        value={text}
        onChange={(event) => onText(event.currentTarget.value)}
        rows={5}
        spellCheck={false}
        styles={{ input: { fontFamily: "monospace" } }}
        error={isWrong && t`This is not the output of “wfhagent settings”. Paste all of it.`}
      />
      <Group gap="xs">
        <FileButton
          onChange={(file) => void file?.text().then(onText)}
          accept=".txt,.toml,text/plain"
        >
          {(props) => (
            <Button
              {...props}
              size="compact-sm"
              variant="default"
              aria-label={t`Open a file: ${label}`}
            >
              {t`Open file`}
            </Button>
          )}
        </FileButton>
        {text.trim() !== "" && !isWrong && <Fingerprint text={text} groups={groups} />}
      </Group>
    </Stack>
  )
}

/** Which of the groups has these very settings. */
function Fingerprint({ text, groups }: Pick<SideProps, "text" | "groups">) {
  const { data } = useQuery({
    queryKey: ["settings-fingerprint", text],
    queryFn: () => fingerprintOf(text),
    // The text may be long, and is not needed any more.
    gcTime: 0,
  })
  if (data === undefined) return null
  const group = groups.find(({ fingerprint }) => fingerprint === data)
  return (
    <Text size="sm" c="dimmed">
      <Code title={data}>{data.slice(0, DIGITS_SHOWN)}</Code>{" "}
      {group === undefined
        ? t`No device reports this fingerprint.`
        : (group.agreement?.label ??
          plural(group.devices, {
            one: "# device has these settings.",
            other: "# devices have these settings.",
          }))}
    </Text>
  )
}

function Result({ agreed, found }: { agreed: string; found: string }) {
  const [one, other] = [settingsOf(agreed), settingsOf(found)]
  if (one === null || other === null) return null
  const rows = differences(one, other)
  if (rows.length === 0) {
    return <Alert color="green" role="status">{t`The settings are the same.`}</Alert>
  }
  return <DataTable label={t`Differences`} columns={COLUMNS} rows={rows} keyOf={({ key }) => key} />
}

const COLUMNS: readonly Column<Difference>[] = [
  { title: msg`Setting`, isName: true, width: "40%", cell: ({ key }) => key },
  { title: msg`Agreed`, isText: true, cell: ({ key, agreed }) => value(key, agreed) },
  { title: msg`Other laptop`, isText: true, cell: ({ key, found }) => value(key, found) },
]

function value(key: string, text: string | null): string {
  if (text === null) return key.startsWith("[") ? t`not in use` : t`not there`
  if (key.startsWith("[")) return t`in use`
  return text === "" ? t`empty` : text
}
