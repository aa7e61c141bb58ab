import { Stack, Text, Title } from "@mantine/core"
import type { ComponentType, ReactNode } from "react"
import classes from "@/components/message.module.css"

interface MessageProps {
  icon: ComponentType<{ size?: number; "aria-hidden"?: boolean }>
  title: string
  /** What it means, and what to do. */
  children?: ReactNode
  /** A button or a link. */
  action?: ReactNode
  /** The level of the heading; 2 inside a page. */
  order?: 1 | 2 | 3
  tone?: "quiet" | "bad"
}

/** A message instead of content: empty, no access, failed. */
export function Message({
  icon: Icon,
  title,
  children,
  action,
  order = 2,
  tone = "quiet",
}: MessageProps) {
  return (
    <Stack
      align="center"
      gap="xs"
      className={classes.message}
      role={tone === "bad" ? "alert" : undefined}
    >
      <span className={tone === "bad" ? classes.badMark : classes.mark}>
        <Icon size={22} aria-hidden />
      </span>
      <Title order={order} size="h3" ta="center">
        {title}
      </Title>
      {children !== undefined && (
        <Text c="dimmed" size="sm" ta="center" maw="26rem" component="div">
          {children}
        </Text>
      )}
      {action}
    </Stack>
  )
}
