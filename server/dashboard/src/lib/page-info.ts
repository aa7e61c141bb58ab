/** What a route says about its page; the navigation is made of it. */
import type { ComponentType } from "react"

export interface PageInfo {
  title: string
  icon: ComponentType<{ size?: number | string; "aria-hidden"?: boolean }>
  section: "Presence" | "Administration" | "Oversight"
  /** Its place in the section, from the top. */
  order: number
  /** Who may open it; nobody named: everybody who is signed in. */
  roles?: readonly ("admin" | "manager" | "auditor")[]
}

declare module "@tanstack/react-router" {
  interface StaticDataRouteOption {
    page?: PageInfo
  }
}
