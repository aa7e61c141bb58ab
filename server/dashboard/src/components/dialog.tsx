import { Button, Group, Modal, Stack } from "@mantine/core"
import { type FormEvent, type ReactNode, useEffect, useRef } from "react"
import { Said } from "@/components/said"
import { useFocusBack } from "@/lib/use-focus-back"

interface DialogProps {
  title: string
  opened: boolean
  onClose: () => void
  /** What the button says and does; it stays open until whoever opened it closes it. */
  button: string
  onSubmit: () => void
  danger?: boolean
  busy: boolean
  error: unknown
  children: ReactNode
}

/**
 * Asks for what a change needs, or whether it is meant; says why it was refused. While the server is
 * asked it stays open: what is on its way cannot be canceled.
 */
export function Dialog(props: DialogProps) {
  useFocusBack()
  const submitButton = useRef<HTMLButtonElement>(null)
  const isRefused = props.error !== null && props.error !== undefined && !props.busy
  useEffect(() => {
    // The button cannot hold the focus while it is busy.
    if (isRefused && document.activeElement === document.body) submitButton.current?.focus()
  }, [isRefused])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!props.busy) props.onSubmit()
  }
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.title}
      closeOnEscape={!props.busy}
      closeOnClickOutside={!props.busy}
      closeButtonProps={{ "aria-label": "Close", disabled: props.busy }}
      centered
    >
      <form onSubmit={submit}>
        <Stack>
          {props.children}
          <Said error={props.error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" disabled={props.busy} onClick={props.onClose}>
              Cancel
            </Button>
            <Button
              ref={submitButton}
              type="submit"
              loading={props.busy}
              {...(props.danger ? { color: "red" } : {})}
            >
              {props.button}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
