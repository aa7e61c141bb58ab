import { Button, Group, Text } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import Check from "lucide-react/icons/check"
import Download from "lucide-react/icons/download"
import { useEffect, useRef, useState } from "react"
import { download } from "@/lib/download"
import { sizeOf } from "@/lib/sizes"
import { type CsvKind, csvAddress, latelyQuery, type Order } from "./exports"
import classes from "./exports.module.css"
import { Refused } from "./refused"

interface CsvExportProps {
  kind: CsvKind
  order: Order
  onRefused: (error: unknown) => void
}

/** A table that the server makes while it is saved. */
export function CsvExport({ kind, order, onRefused }: CsvExportProps) {
  const [bytes, setBytes] = useState(0)
  const running = useRef<AbortController>(null)
  const queryClient = useQueryClient()
  const saved = useMutation({
    mutationFn: (signal: AbortSignal) =>
      download(csvAddress(kind, order), { signal, onProgress: setBytes }),
    onMutate: () => setBytes(0),
    onSettled: () => void queryClient.invalidateQueries(latelyQuery),
  })
  const begin = () => {
    running.current = new AbortController()
    saved.mutate(running.current.signal)
  }
  // Who leaves the page wants no file any more.
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
          Download CSV
        </Button>
        {saved.isPending && (
          <Button variant="default" onClick={() => running.current?.abort()}>
            Stop
          </Button>
        )}
      </Group>
      <div role="status">
        {saved.isPending && <Text size="sm">{sizeOf(bytes)} so far</Text>}
        {saved.isSuccess && (
          <Text size="sm" className={classes.done}>
            <Check size={16} aria-hidden />
            <span>
              <strong>{saved.data.name}</strong> is saved: {rowsWords(saved.data.rows)}
              {sizeOf(saved.data.bytes)}.
            </span>
          </Text>
        )}
        {stopped && <Text size="sm">Canceled. Nothing was saved.</Text>}
      </div>
      {!stopped && <Refused error={saved.error} />}
    </div>
  )
}

function rowsWords(rows: number | null): string {
  if (rows === null) return ""
  return rows === 1 ? "1 row, " : `${rows.toLocaleString()} rows, `
}
