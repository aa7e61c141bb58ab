import { Group, Text, Title } from "@mantine/core"
import { type ReactNode, useEffect } from "react"
import classes from "@/components/page.module.css"

interface PageProps {
  title: string
  /** Before the title, as large as it is. */
  mark?: ReactNode
  /** One sentence under the title. */
  lead?: ReactNode
  /** What can be done with the whole page, at its right. */
  actions?: ReactNode
  children: ReactNode
}

/** The frame of every page: a heading, a sentence, what can be done, and the rest. */
export function Page({ title, mark, lead, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · wfhagent`
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
