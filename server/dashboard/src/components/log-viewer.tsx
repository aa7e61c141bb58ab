import { Button, Group, Modal, Skeleton } from "@mantine/core"
import { useHotkeys, useMediaQuery } from "@mantine/hooks"
import { useQuery } from "@tanstack/react-query"
import ChevronLeft from "lucide-react/icons/chevron-left"
import ChevronRight from "lucide-react/icons/chevron-right"
import { type LogDetail, logQuery } from "@/api/logs"
import { Failed } from "@/components/failed"
import { LogFacts } from "@/components/log-facts"
import classes from "@/components/log-viewer.module.css"
import { Screenshot } from "@/components/screenshot"
import { shortOf } from "@/lib/times"

interface LogViewerProps {
  /** Which log; undefined: none is open. */
  logId: string | undefined
  /** Open another one, or none. */
  onOpen: (logId: string | undefined) => void
  /** Where it is asked for, if not where managers ask. */
  query?: typeof logQuery
}

/** One log, whole, over the page that it was opened from. */
export function LogViewer({ logId, onOpen, query = logQuery }: LogViewerProps) {
  const narrow = useMediaQuery("(max-width: 62em)")
  return (
    <Modal.Root
      opened={logId !== undefined}
      onClose={() => onOpen(undefined)}
      fullScreen={narrow ?? false}
      size="min(88rem, 94vw)"
      transitionProps={{ duration: 0 }}
    >
      <Modal.Overlay />
      <Modal.Content>
        {/* The page has a header of its own. */}
        <Modal.Header role="none">
          <Modal.Title className={classes.title}>Detailed log</Modal.Title>
          <Modal.CloseButton aria-label="Close the log" />
        </Modal.Header>
        <Modal.Body>
          {logId !== undefined && (
            <OneLog key={logId} logId={logId} onOpen={onOpen} query={query} />
          )}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}

function OneLog({ logId, onOpen, query }: Required<LogViewerProps> & { logId: string }) {
  const log = useQuery(query(logId))
  const { older, newer } = log.data ?? { older: null, newer: null }
  const go = (to: string | null) => {
    if (to !== null) onOpen(to)
  }
  useHotkeys([
    ["ArrowLeft", () => go(older)],
    ["ArrowRight", () => go(newer)],
  ])
  if (log.error !== null) return <Failed error={log.error} retry={() => void log.refetch()} />
  return (
    <>
      <Group justify="space-between" mb="sm" gap="xs">
        <span className={classes.who}>{log.data === undefined ? "…" : nameOf(log.data)}</span>
        <Group gap={6}>
          <Button
            variant="default"
            size="xs"
            disabled={older === null}
            leftSection={<ChevronLeft size={14} aria-hidden />}
            aria-keyshortcuts="ArrowLeft"
            onClick={() => go(older)}
          >
            Older
          </Button>
          <Button
            variant="default"
            size="xs"
            disabled={newer === null}
            rightSection={<ChevronRight size={14} aria-hidden />}
            aria-keyshortcuts="ArrowRight"
            onClick={() => go(newer)}
          >
            Newer
          </Button>
        </Group>
      </Group>
      {log.data === undefined ? (
        <Skeleton height={420} role="status" aria-label="Loading" />
      ) : (
        <div className={classes.parts}>
          <Screenshot url={log.data.screenshot_url} status={log.data.screenshot_status} />
          <LogFacts log={log.data} />
        </div>
      )}
    </>
  )
}

function nameOf(log: LogDetail): string {
  const which = log.slot === 0 ? "test log" : `log ${log.slot} of 2`
  return `${log.username} · ${which}${log.timestamp === null ? "" : ` · ${shortOf(log.timestamp)}`}`
}
