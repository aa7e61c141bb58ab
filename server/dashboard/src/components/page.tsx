import { t } from "@lingui/core/macro"
import { Group, Text, Title } from "@mantine/core"
import { type ReactNode, useEffect } from "react"
import classes from "@/components/page.module.css"

interface PageProps {
  title: string
  /** Shown before the title, in its size. */
  mark?: ReactNode
  /** One sentence under the title. */
  lead?: ReactNode
  /** Buttons for the whole page, at the right. */
  actions?: ReactNode
  children: ReactNode
}

/** The frame of every page: heading, lead, buttons and content. */
export function Page({ title, mark, lead, actions, children }: PageProps) {
  useEffect(() => {
    document.title = t`${title} · wfhagent`
  }, [title])
  return (
    <div className={classes.page}>
      <Group component="header" justify="space-between" align="flex-end" gap="sm" mb="lg">
        <div className={classes.heading}>
          <Group gap="sm" wrap="nowrap">
            {mark}
            <Title order={1}>{title}</Title>
          </Group>
          {lead !== undefined && (
            <Text c="dimmed" size="sm" mt={4} component="div">
              {lead}
            </Text>
          )}
        </div>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </div>
  )
}
