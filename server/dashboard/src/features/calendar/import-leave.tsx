import { msg, plural, t } from "@lingui/core/macro"
import { Code, FileInput, Skeleton, Text } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import FileUp from "lucide-react/icons/file-up"
import { useState } from "react"
import { importLeave, type LeaveImportResult, reloadPlanning } from "@/api/planning"
import { type Column, DataTable } from "@/components/data-table"
import { Dialog } from "@/components/dialog"
import { ImportErrors } from "@/components/import-errors"
import { textOf } from "@/lib/csv-text"
import { daysOf } from "@/lib/times"

const HEADER = ["username", "first_day", "last_day"]
// A table of thousands of rows is slow, and nobody reads it.
const SHOWN = 100

/** A dialog that shows which leave a CSV file has, and then imports it. */
export function ImportLeave({ onClose }: { onClose: () => void }) {
  const [file, setFile] = useState<File | null>(null)
  const queryClient = useQueryClient()
  const preview = useMutation({
    mutationFn: async (chosen: File) => {
      const csv = await textOf(chosen)
      return { csv, found: await importLeave({ csv, dry_run: true }) }
    },
  })
  const done = useMutation({
    mutationFn: (csv: string) => importLeave({ csv, dry_run: false }),
    onSuccess: async () => {
      await reloadPlanning(queryClient)
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
  const isReady = result !== null && result.found.errors.length === 0 && result.found.added > 0
  return (
    <Dialog
      title={t`Import leave`}
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
          {t`Each line is leave of one employee. Write days like 2026-12-24. The first line names the columns:`}
          <div>
            <Code>{HEADER.join(",")}</Code>
          </div>
        </Text>
      )}
      {preview.isPending && <Skeleton height={120} role="status" aria-label={t`Loading`} />}
      {result !== null && <Preview found={result.found} />}
    </Dialog>
  )
}

function Preview({ found }: { found: LeaveImportResult }) {
  if (found.errors.length > 0) return <ImportErrors errors={found.errors} />
  const rows = found.rows.filter(({ is_new }) => is_new).slice(0, SHOWN)
  return (
    <>
      <Text size="sm" role="status">
        {found.added === 0
          ? t`All of this leave is entered already.`
          : plural(found.added, { one: "# range of days added", other: "# ranges of days added" })}
      </Text>
      {rows.length > 0 && (
        <DataTable
          label={t`What the import adds`}
          columns={COLUMNS}
          rows={rows}
          keyOf={({ line }) => line}
        />
      )}
    </>
  )
}

const COLUMNS: readonly Column<LeaveImportResult["rows"][number]>[] = [
  { title: msg`Employee`, isName: true, cell: ({ username }) => username },
  { title: msg`Days`, cell: ({ first_day, last_day }) => daysOf(first_day, last_day) },
]
