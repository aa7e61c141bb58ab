import { t } from "@lingui/core/macro"
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
  /** The log to show; undefined when none is open. */
  logId: string | undefined
  /** Called with another log to show, or with undefined to close. */
  onOpen: (logId: string | undefined) => void
  /** The query that loads it; the one for users of the dashboard by default. */
  query?: typeof logQuery
}

/** One log with all of its facts, over the page that it was opened from. */
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
        <Modal.Header>
          <Modal.Title className={classes.title}>{t`Detailed log`}</Modal.Title>
          <Modal.CloseButton aria-label={t`Close the log`} />
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
            {t`Older`}
          </Button>
          <Button
            variant="default"
            size="xs"
            disabled={newer === null}
            rightSection={<ChevronRight size={14} aria-hidden />}
            aria-keyshortcuts="ArrowRight"
            onClick={() => go(newer)}
          >
            {t`Newer`}
          </Button>
        </Group>
      </Group>
      {log.data === undefined ? (
        <Skeleton height={420} role="status" aria-label={t`Loading`} />
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
  const { slot, timestamp, username } = log
  const which = slot === 0 ? t`test log` : t`log ${slot} of 2`
  return [username, which, timestamp && shortOf(timestamp)].filter(Boolean).join(" · ")
}
