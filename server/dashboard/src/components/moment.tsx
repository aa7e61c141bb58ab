import { Tooltip, VisuallyHidden } from "@mantine/core"
import { useWindowEvent } from "@mantine/hooks"
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
import classes from "@/components/moment.module.css"
import { wholeOf } from "@/lib/times"
import { theirTimeOf } from "@/lib/zones"

interface MomentProps {
  /** As the server writes it. */
  at: string
  /** The zone of the person whose time it is, if it is known. */
  zone?: string | null | undefined
  /** What is shown; the whole of it is in the tooltip. */
  children: ReactNode
}

/**
 * A time: short in its place, whole on hover, in the viewer's zone. Where the person's own clock showed
 * another time, that is there too, for the keyboard and for screen readers as well.
 */
export function Moment({ at, zone, children }: MomentProps) {
  const theirs = theirTimeOf(at, zone)
  return (
    <MomentTooltip at={at} zone={zone}>
      {theirs === null ? (
        <time dateTime={at}>{children}</time>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what floats over it is for the keyboard too.
        <time dateTime={at} className={classes.theirs} tabIndex={0}>
          {children}
          <VisuallyHidden> ({theirs})</VisuallyHidden>
        </time>
      )}
    </MomentTooltip>
  )
}

type Child = ReactElement<HTMLAttributes<HTMLElement> & { ref?: RefObject<HTMLElement | null> }>

/** The same for a *child* that takes the keyboard itself; its label says the time of the person. */
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
        // A finger leaves at once.
        onPointerLeave: ({ pointerType }) => pointerType === "mouse" && close(),
        onFocus: openForKeys,
        onBlur: close,
      })}
      {/* There are dozens of times on a page, and at most one is looked at. */}
      {opened && <Whole at={at} zone={zone} target={target} onClose={close} />}
    </>
  )
}

interface WholeProps extends Omit<MomentProps, "children"> {
  target: RefObject<HTMLElement | null>
  onClose: () => void
}

function Whole({ at, zone, target, onClose }: WholeProps) {
  const theirs = theirTimeOf(at, zone)
  useWindowEvent("keydown", ({ key }) => key === "Escape" && onClose())
  useWindowEvent("pointerdown", onClose)
  return (
    <Tooltip
      opened
      multiline
      target={target}
      label={
        <>
          {wholeOf(at)}
          {theirs !== null && <div>{theirs}</div>}
        </>
      }
    />
  )
}
