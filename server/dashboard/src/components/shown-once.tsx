import { Button, Code, CopyButton, Group, Modal, Stack, Text } from "@mantine/core"
import Check from "lucide-react/icons/check"
import Copy from "lucide-react/icons/copy"
import type { ReactNode } from "react"

interface ShownOnceProps {
  title: string
  /** What it is for, and where it belongs. */
  children: ReactNode
  /** The secret; null when there is none to show. */
  secret: string | null
  onClose: () => void
}

/** Shows a secret that the server keeps as a hash only. */
export function ShownOnce({ title, children, secret, onClose }: ShownOnceProps) {
  return (
    <Modal
      opened={secret !== null}
      onClose={onClose}
      title={title}
      closeButtonProps={{ "aria-label": "Close" }}
      closeOnClickOutside={false}
      centered
    >
      <Stack>
        <Text size="sm" component="div">
          {children}
        </Text>
        <Code block fz="sm" style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
          {secret}
        </Code>
        <Text size="sm" c="dimmed">
          It is shown here only. Whoever lost it makes a new one.
        </Text>
        <Group justify="flex-end" gap="xs">
          <CopyButton value={secret ?? ""}>
            {({ copied, copy }) => (
              <Button
                variant="default"
                onClick={copy}
                leftSection={
                  copied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />
                }
              >
                {copied ? "Copied" : "Copy"}
              </Button>
            )}
          </CopyButton>
          <Button onClick={onClose}>Done</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
