import { Tooltip, type TooltipProps } from "@mantine/core"
import { useWindowEvent } from "@mantine/hooks"

export interface HintProps extends Pick<TooltipProps, "label" | "target" | "maw"> {
  onClose: () => void
}

/** An open tooltip. Escape and a click close it. */
export function Hint({ onClose, ...tooltip }: HintProps) {
  useWindowEvent("keydown", ({ key }) => key === "Escape" && onClose())
  useWindowEvent("pointerdown", onClose)
  return <Tooltip opened multiline {...tooltip} />
}
