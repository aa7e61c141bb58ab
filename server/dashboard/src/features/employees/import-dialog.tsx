import { t } from "@lingui/core/macro"
import { Code, FileInput, Skeleton, Text } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import FileUp from "lucide-react/icons/file-up"
import { useState } from "react"
import { Dialog } from "@/components/dialog"
import { textOf } from "@/lib/csv-text"
import { importEmployees, reloadEmployees } from "./employees"
import { ImportPreview } from "./import-preview"

const COLUMNS = [
  "username",
  "display_name",
  "email",
  "teams",
  "manager",
  "time_zone",
  "country",
  "region",
  "status",
  "further_usernames",
]

/** A dialog that shows what a CSV file would change, and then imports it. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const [file, setFile] = useState<File | null>(null)
  const queryClient = useQueryClient()
  const preview = useMutation({
    mutationFn: async (chosen: File) => {
      const csv = await textOf(chosen)
      return { csv, found: await importEmployees({ csv, dry_run: true }) }
    },
  })
  const done = useMutation({
    mutationFn: (csv: string) => importEmployees({ csv, dry_run: false }),
    onSuccess: async () => {
      await reloadEmployees(queryClient)
      onClose()
    },
  })
  const choose = (chosen: File | null) => {
    setFile(chosen)
    done.reset()
    if (chosen === null) preview.reset()
    else preview.mutate(chosen)
  }
  const result = preview.isSuccess ? preview.data : null
  const found = result?.found
  const changes = found === undefined ? 0 : found.added + found.changed
  const isReady = found !== undefined && found.errors.length === 0 && changes > 0
  return (
    <Dialog
      title={t`Import employees`}
      size="xl"
      opened
      onClose={onClose}
      button={t`Import`}
      disabled={!isReady}
      onSubmit={() => result !== null && done.mutate(result.csv)}
      busy={done.isPending}
      error={done.error ?? preview.error}
    >
      <FileInput
        label={t`CSV file`}
        description={t`Nothing is changed before you choose Import.`}
        placeholder={t`Choose a file`}
        accept=".csv,.txt,text/csv"
        leftSection={<FileUp size={16} aria-hidden />}
        clearable
        clearButtonProps={{ "aria-label": t`Clear file` }}
        value={file}
        onChange={choose}
      />
      {file === null && (
        <Text size="sm" c="dimmed" component="div">
          {t`The first line names the columns. Only the username is required, and several teams are separated by a vertical bar:`}
          <div>
            <Code>{COLUMNS.join(",")}</Code>
          </div>
        </Text>
      )}
      {preview.isPending && <Skeleton height={160} role="status" aria-label={t`Loading`} />}
      {found !== undefined && <ImportPreview found={found} />}
    </Dialog>
  )
}
