/** What floats over a row: one for the whole table, so that rows are plain elements. */
import { type FocusEvent, type PointerEvent, useState } from "react"
import { LazyHint } from "@/components/lazy-hint"
import { wholeTime } from "@/components/moment-words"

/** Return the element of a row whose hint is open, how to close it, and the handlers of the table. */
export function useRowHint() {
  const [target, setTarget] = useState<HTMLElement | null>(null)
  const close = () => setTarget(null)
  const open = (from: EventTarget) => {
    const found = hintedOf(from)
    if (found !== null) setTarget(found)
  }
  const handlers = {
    onPointerOver: (event: PointerEvent) => open(event.target),
    // On touch screens, the pointer leaves immediately.
    onPointerOut: ({ target: left, relatedTarget, pointerType }: PointerEvent) => {
      const isInside = relatedTarget instanceof Node && hintedOf(left)?.contains(relatedTarget)
      if (pointerType === "mouse" && isInside !== true) close()
    },
    onFocus: (event: FocusEvent) => {
      if (event.target.matches(":focus-visible")) open(event.target)
    },
    onBlur: close,
  }
  return { target, close, handlers }
}

interface RowHintProps {
  target: HTMLElement
  /** What is wrong with the device of that row. */
  attention: readonly string[]
  onClose: () => void
}

/** The full time over a time, and sentences over the sign that something is wrong. */
export function RowHint({ target, attention, onClose }: RowHintProps) {
  const at = target.getAttribute("datetime")
  const sentences = attention.map((sentence) => <div key={sentence}>{sentence}</div>)
  return (
    <LazyHint
      target={target}
      maw={360}
      label={at === null ? sentences : wholeTime(at, target.dataset.zone)}
      onClose={onClose}
    />
  )
}

const hintedOf = (from: EventTarget) =>
  from instanceof Element ? from.closest<HTMLElement>("time, [data-hint]") : null
