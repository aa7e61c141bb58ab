/** Which pages the navigation offers. */
import type { Role } from "@/api/session"
import type { PageInfo } from "@/lib/page-info"

export interface LinkedPage extends PageInfo {
  path: string
}

export interface Section {
  name: PageInfo["section"]
  pages: LinkedPage[]
}

interface DescribedRoute {
  fullPath: string
  options: { staticData?: { page?: PageInfo } }
}

const SECTIONS: readonly PageInfo["section"][] = ["Presence", "Administration", "Oversight"]

/** Return the pages that *role* may open, in their sections; empty ones are left out. */
export function pagesOf(routes: readonly DescribedRoute[], role: Role): Section[] {
  const pages = routes.flatMap(({ fullPath, options }) => {
    const page = options.staticData?.page
    if (page === undefined || !(page.roles?.includes(role) ?? true)) return []
    return [{ ...page, path: fullPath }]
  })
  return SECTIONS.map((name) => ({
    name,
    pages: pages.filter((page) => page.section === name).sort((a, b) => a.order - b.order),
  })).filter((section) => section.pages.length > 0)
}
