import {
  cloneElement,
  type FocusEvent,
  type HTMLAttributes,
  type ReactElement,
  type ReactNode,
  type RefObject,
  useRef,
  useState,
} from "react"
import { LazyHint } from "@/components/lazy-hint"
import { timeElement, wholeTime } from "@/components/moment-words"

interface MomentProps {
  /** ISO 8601, as the server sends it. */
  at: string
  /** The employee's time zone, if it is known. */
  zone?: string | null | undefined
  /** The short form. The tooltip has the full time. */
  children: ReactNode
}

/**
 * A time in the viewer's zone, with the full time on hover. Where the employee's local time differs, it
 * is shown too, also for keyboards and screen readers.
 */
export function Moment({ at, zone, children }: MomentProps) {
  return (
    <MomentTooltip at={at} zone={zone}>
      {timeElement(at, zone, children)}
    </MomentTooltip>
  )
}

type Child = ReactElement<HTMLAttributes<HTMLElement> & { ref?: RefObject<HTMLElement | null> }>

/** The same for a *child* that can be focused and has the employee's time in its label. */
export function MomentTooltip({
  at,
  zone,
  children,
}: Omit<MomentProps, "children"> & { children: Child }) {
  const target = useRef<HTMLElement>(null)
  const [opened, setOpened] = useState(false)
  const open = () => setOpened(true)
  const close = () => setOpened(false)
  const openForKeys = ({ currentTarget }: FocusEvent<HTMLElement>) => {
    if (currentTarget.matches(":focus-visible")) open()
  }
  return (
    <>
      {cloneElement(children, {
        ref: target,
        onPointerEnter: open,
        // On touch screens, the pointer leaves immediately.
        onPointerLeave: ({ pointerType }) => pointerType === "mouse" && close(),
        onFocus: openForKeys,
        onBlur: close,
      })}
      {/* A page has dozens of times: only the one in use has a tooltip. */}
      {opened && <LazyHint label={wholeTime(at, zone)} target={target} onClose={close} />}
    </>
  )
}
