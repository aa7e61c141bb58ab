import { t } from "@lingui/core/macro"
import { Alert, Button, Code, CopyButton, Group, Modal, Stack, Text } from "@mantine/core"
import { useBlocker } from "@tanstack/react-router"
import Check from "lucide-react/icons/check"
import Copy from "lucide-react/icons/copy"
import { type ReactNode, useState } from "react"
import { useFocusBack } from "@/lib/use-focus-back"

interface SecretDialogProps {
  title: string
  /** What the secret is for, and where to put it. */
  children: ReactNode
  /** The secret; null when there is none to show. */
  secret: string | null
  /** Whether it is elsewhere already, so that closing without copying loses nothing. */
  isSafe?: boolean
  onClose: () => void
}

/** Shows a secret once: the server stores only its hash. Asks before closing when it was not copied. */
export function SecretDialog({ secret, ...props }: SecretDialogProps) {
  return secret === null ? null : <OpenDialog secret={secret} {...props} />
}

function OpenDialog({
  title,
  children,
  secret,
  isSafe = false,
  onClose,
}: SecretDialogProps & { secret: string }) {
  useFocusBack()
  const [isCopied, setIsCopied] = useState(isSafe)
  const [isAsking, setIsAsking] = useState(false)
  const leaving = useBlocker({
    shouldBlockFn: () => !isCopied,
    enableBeforeUnload: () => !isCopied,
    withResolver: true,
  })
  const isLeaving = leaving.status === "blocked"
  const close = () => (isLeaving ? leaving.proceed() : onClose())
  const stay = () => {
    setIsAsking(false)
    leaving.reset?.()
  }
  return (
    <Modal
      opened
      onClose={() => (isCopied ? onClose() : isAsking || isLeaving ? stay() : setIsAsking(true))}
      title={title}
      closeButtonProps={{ "aria-label": t`Close` }}
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
        {isAsking || isLeaving ? (
          <Unsaved onStay={stay} onClose={close} />
        ) : (
          <>
            <Text size="sm" c="dimmed">
              {t`It is shown only once. If you lose it, create a new one.`}
            </Text>
            <Group justify="flex-end" gap="xs">
              <CopyButton value={secret}>
                {({ copied, copy }) => (
                  <Button
                    variant="default"
                    onClick={() => {
                      copy()
                      setIsCopied(true)
                    }}
                    leftSection={
                      copied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />
                    }
                  >
                    {copied ? t`Copied` : t`Copy`}
                  </Button>
                )}
              </CopyButton>
              <Button onClick={onClose}>{t`I have saved it`}</Button>
            </Group>
          </>
        )}
      </Stack>
    </Modal>
  )
}

function Unsaved({ onStay, onClose }: { onStay: () => void; onClose: () => void }) {
  return (
    <Alert color="yellow" role="alert" title={t`Close without copying?`}>
      <Text size="sm" mb="sm">
        {t`It cannot be shown again.`}
      </Text>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" autoFocus onClick={onStay}>
          {t`Keep open`}
        </Button>
        <Button color="red" onClick={onClose}>
          {t`Close`}
        </Button>
      </Group>
    </Alert>
  )
}
