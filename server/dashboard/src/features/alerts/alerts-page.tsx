import { t } from "@lingui/core/macro"
import { Button, Stack } from "@mantine/core"
import { useSuspenseQuery } from "@tanstack/react-query"
import { useState } from "react"
import { sessionQuery } from "@/api/session"
import { Page } from "@/components/page"
import { AlertsPanel } from "./alerts-panel"
import { ChannelsPanel } from "./channels-panel"
import { MessagesPanel } from "./messages-panel"
import { MyEmails } from "./my-emails"
import { RulesPanel } from "./rules-panel"

interface AlertsPageProps {
  resolved: boolean
  onResolved: (resolved: boolean) => void
}

/** Alerts, and for administrators and auditors their rules, channels and messages. */
export function AlertsPage(props: AlertsPageProps) {
  const { role } = useSuspenseQuery(sessionQuery).data
  const [isOpen, setIsOpen] = useState(false)
  return (
    <Page
      title={t`Alerts`}
      lead={t`An alert is raised when a device, an employee or the server needs attention. It is resolved when that is over.`}
      actions={
        <Button variant="default" onClick={() => setIsOpen(true)}>
          {t`My e-mails`}
        </Button>
      }
    >
      <Stack>
        <AlertsPanel {...props} />
        {role !== "manager" && (
          <>
            <RulesPanel />
            <ChannelsPanel />
            <MessagesPanel />
          </>
        )}
      </Stack>
      {isOpen && <MyEmails onClose={() => setIsOpen(false)} />}
    </Page>
  )
}
