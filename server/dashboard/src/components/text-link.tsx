import { Anchor, type AnchorProps } from "@mantine/core"
import { createLink, type LinkComponent } from "@tanstack/react-router"
import { type AnchorHTMLAttributes, forwardRef } from "react"

type Attributes = AnchorProps & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof AnchorProps>

const StyledAnchor = forwardRef<HTMLAnchorElement, Attributes>((attributes, ref) => (
  <Anchor ref={ref} size="sm" inherit {...attributes} />
))
StyledAnchor.displayName = "TextLink"

/** A link within a sentence or a table. */
export const TextLink: LinkComponent<typeof StyledAnchor> = createLink(StyledAnchor)
