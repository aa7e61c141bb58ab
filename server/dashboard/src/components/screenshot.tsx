// biome-ignore-all lint/a11y/noNoninteractiveTabindex: a part that scrolls must take the keyboard.
import { t } from "@lingui/core/macro"
import { ActionIcon, Group, Skeleton, Text } from "@mantine/core"
import { useWindowEvent } from "@mantine/hooks"
import { useQuery } from "@tanstack/react-query"
import CircleAlert from "lucide-react/icons/circle-alert"
import Maximize from "lucide-react/icons/maximize"
import MonitorOff from "lucide-react/icons/monitor-off"
import ZoomIn from "lucide-react/icons/zoom-in"
import ZoomOut from "lucide-react/icons/zoom-out"
import { useEffect, useState } from "react"
import { screenshotQuery } from "@/api/logs"
import { Message } from "@/components/message"
import classes from "@/components/screenshot.module.css"
import { describeError } from "@/lib/describe-error"
import { screenshotWords } from "@/lib/words"

interface ScreenshotProps {
  url: string | null
  status: string | null
}

const LEVELS = [1, 1.5, 2, 3, 4] as const

/** The screenshot with zoom, or the reason why there is none. */
export function Screenshot({ url, status }: ScreenshotProps) {
  if (url === null) {
    return (
      <div className={classes.none}>
        <Message icon={MonitorOff} title={t`No screenshot`} order={3}>
          {screenshotWords(status)}.
        </Message>
      </div>
    )
  }
  return <Image url={url} />
}

function Image({ url }: { url: string }) {
  const image = useQuery(screenshotQuery(url))
  const source = useObjectUrl(image.data)
  const [level, setLevel] = useState(0)
  const zoom = LEVELS[level] ?? 1
  const percent = zoom * 100
  const to = (next: number) => setLevel(Math.min(LEVELS.length - 1, Math.max(0, next)))
  useWindowEvent("keydown", ({ key }) => {
    if (key === "+") to(level + 1)
    if (key === "-") to(level - 1)
    if (key === "0") to(0)
  })
  if (image.error !== null) {
    return (
      <div className={classes.none}>
        <Message icon={CircleAlert} title={t`Could not show the screenshot`} order={3}>
          {describeError(image.error)}
        </Message>
      </div>
    )
  }
  return (
    <figure className={classes.figure}>
      <section
        className={classes.stage}
        tabIndex={0}
        aria-label={t`Screenshot. Scroll when enlarged.`}
      >
        {source === null ? (
          <Skeleton height={360} />
        ) : (
          <img
            src={source}
            alt={t`Screenshot of the desktop`}
            style={{ width: `${zoom * 100}%` }}
          />
        )}
      </section>
      <Group component="figcaption" gap={6} mt={8} justify="flex-end">
        <Text size="xs" c="dimmed" className="figures" aria-live="polite">
          {zoom === 1 ? t`Fit to window` : t`${percent} %`}
        </Text>
        <ActionIcon
          variant="default"
          aria-label={t`Zoom out`}
          disabled={level === 0}
          onClick={() => to(level - 1)}
        >
          <ZoomOut size={16} aria-hidden />
        </ActionIcon>
        <ActionIcon
          variant="default"
          aria-label={t`Zoom in`}
          disabled={level === LEVELS.length - 1}
          onClick={() => to(level + 1)}
        >
          <ZoomIn size={16} aria-hidden />
        </ActionIcon>
        <ActionIcon
          variant="default"
          aria-label={t`Fit to window`}
          disabled={level === 0}
          onClick={() => to(0)}
        >
          <Maximize size={16} aria-hidden />
        </ActionIcon>
      </Group>
    </figure>
  )
}

function useObjectUrl(blob: Blob | undefined): string | null {
  const [url, setUrl] = useState<string | null>(null)
  useEffect(() => {
    if (blob === undefined) return undefined
    const made = URL.createObjectURL(blob)
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [blob])
  return url
}
