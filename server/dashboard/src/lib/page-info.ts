/** The description of a page in its route, used by the navigation. */
import type { MessageDescriptor } from "@lingui/core"
import type { ComponentType } from "react"

export const SECTIONS = ["presence", "administration", "oversight"] as const
export type SectionName = (typeof SECTIONS)[number]

export interface PageInfo {
  title: MessageDescriptor
  icon: ComponentType<{ size?: number | string; "aria-hidden"?: boolean }>
  section: SectionName
  /** Its position in the section. */
  order: number
  /** The roles that may open it; all roles if absent. */
  roles?: readonly ("admin" | "manager" | "auditor")[]
}

declare module "@tanstack/react-router" {
  interface StaticDataRouteOption {
    page?: PageInfo
  }
}
