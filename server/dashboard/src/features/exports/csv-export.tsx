import { t } from "@lingui/core/macro"
import { Trans } from "@lingui/react/macro"
import { Button, Group, Text } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import Check from "lucide-react/icons/check"
import Download from "lucide-react/icons/download"
import { type ReactNode, useEffect, useRef, useState } from "react"
import { rows as rowCount } from "@/lib/counts"
import { type Downloaded, download } from "@/lib/download"
import { sizeOf } from "@/lib/sizes"
import { ExportError } from "./export-error"
import { type CsvKind, csvAddress, type Order, recentExportsQuery } from "./exports"
import classes from "./exports.module.css"

interface CsvExportProps {
  kind: CsvKind
  order: Order
  onRefused: (error: unknown) => void
}

/** A CSV file, which the server writes while it is downloaded. */
export function CsvExport({ kind, order, onRefused }: CsvExportProps) {
  const [bytes, setBytes] = useState(0)
  const running = useRef<AbortController>(null)
  const queryClient = useQueryClient()
  const saved = useMutation({
    mutationFn: (signal: AbortSignal) =>
      download(csvAddress(kind, order), { signal, onProgress: setBytes }),
    onMutate: () => setBytes(0),
    onSettled: () => void queryClient.invalidateQueries(recentExportsQuery),
  })
  const begin = () => {
    running.current = new AbortController()
    saved.mutate(running.current.signal)
  }
  // Leaving the page cancels the download.
  useEffect(() => () => running.current?.abort(), [])
  useEffect(() => onRefused(saved.error), [saved.error, onRefused])
  const stopped = saved.error?.name === "AbortError"
  return (
    <div className={classes.action}>
      <Group gap="sm">
        <Button
          leftSection={<Download size={16} aria-hidden />}
          loading={saved.isPending}
          onClick={begin}
        >
          {t`Download CSV`}
        </Button>
        {saved.isPending && (
          <Button variant="default" onClick={() => running.current?.abort()}>
            {t`Cancel`}
          </Button>
        )}
      </Group>
      <div role="status">
        {saved.isPending && <Text size="sm">{soFarWords(bytes)}</Text>}
        {saved.isSuccess && (
          <Text size="sm" className={classes.done}>
            <Check size={16} aria-hidden />
            <span>{savedWords(saved.data)}</span>
          </Text>
        )}
        {stopped && <Text size="sm">{t`Canceled. Nothing was saved.`}</Text>}
      </div>
      {!stopped && <ExportError error={saved.error} />}
    </div>
  )
}

function soFarWords(bytes: number): string {
  const size = sizeOf(bytes)
  return t`${size} so far`
}

function savedWords({ name, rows, bytes }: Downloaded): ReactNode {
  const size = sizeOf(bytes)
  const file = <strong>{name}</strong>
  if (rows === null)
    return (
      <Trans>
        {file} is saved: {size}.
      </Trans>
    )
  const lines = rowCount(rows)
  return (
    <Trans>
      {file} is saved: {lines}, {size}.
    </Trans>
  )
}
