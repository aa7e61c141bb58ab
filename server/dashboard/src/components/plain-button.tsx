import { UnstyledButton, type UnstyledButtonProps } from "@mantine/core"
import type { ComponentPropsWithoutRef } from "react"
import classes from "./plain-button.module.css"

/**
 * A button that looks like Mantine's default one, for what the first page may need at once:
 * Mantine's Button would bring its loader and transitions into that page's JavaScript.
 */
export function PlainButton({
  className,
  ...props
}: UnstyledButtonProps & ComponentPropsWithoutRef<"button">) {
  const names = [classes.button, className].filter(Boolean).join(" ")
  return <UnstyledButton {...props} className={names} />
}
