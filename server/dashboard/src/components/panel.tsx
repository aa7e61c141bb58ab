import { Group, Title } from "@mantine/core"
import { type ReactNode, useId } from "react"
import classes from "@/components/panel.module.css"

interface PanelProps {
  title: string
  /** Shown at the right of the title. */
  aside?: ReactNode
  children: ReactNode
  className?: string
}

/** A section of a page with a heading. */
export function Panel({ title, aside, children, className }: PanelProps) {
  const heading = useId()
  return (
    <section className={`${classes.panel} ${className ?? ""}`} aria-labelledby={heading}>
      <Group justify="space-between" gap="xs" className={classes.head}>
        <Title order={2} id={heading}>
          {title}
        </Title>
        {aside}
      </Group>
      <div className={classes.body}>{children}</div>
    </section>
  )
}
