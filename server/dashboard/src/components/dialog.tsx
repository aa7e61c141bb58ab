import { t } from "@lingui/core/macro"
import { Button, Group, Modal, Stack } from "@mantine/core"
import { type FormEvent, type ReactNode, useEffect, useRef } from "react"
import { FormError } from "@/components/form-error"
import { useFocusBack } from "@/lib/use-focus-back"

interface DialogProps {
  title: string
  opened: boolean
  onClose: () => void
  /** The label of the submit button. The dialog stays open until its parent closes it. */
  button: string
  onSubmit: () => void
  danger?: boolean
  /** Whether there is nothing to submit yet. */
  disabled?: boolean
  size?: "xl"
  busy: boolean
  error: unknown
  children: ReactNode
}

/**
 * A form or a confirmation over the page, with the error when the server refuses. It cannot be
 * closed while a request is running, since that request cannot be canceled.
 */
export function Dialog(props: DialogProps) {
  useFocusBack()
  const submitButton = useRef<HTMLButtonElement>(null)
  const isRefused = props.error !== null && props.error !== undefined && !props.busy
  useEffect(() => {
    // A button loses the focus while it is busy.
    if (isRefused && document.activeElement === document.body) submitButton.current?.focus()
  }, [isRefused])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!props.busy && !props.disabled) props.onSubmit()
  }
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.title}
      closeOnEscape={!props.busy}
      closeOnClickOutside={!props.busy}
      closeButtonProps={{ "aria-label": t`Close`, disabled: props.busy }}
      centered
      {...(props.size === undefined ? {} : { size: props.size })}
    >
      <form onSubmit={submit}>
        <Stack>
          {props.children}
          <FormError error={props.error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" disabled={props.busy} onClick={props.onClose}>
              {t`Cancel`}
            </Button>
            <Button
              ref={submitButton}
              type="submit"
              loading={props.busy}
              disabled={props.disabled ?? false}
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
