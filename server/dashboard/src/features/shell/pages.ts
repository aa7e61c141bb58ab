/** The pages in the navigation. */
import type { Role } from "@/api/session"
import { type PageInfo, SECTIONS, type SectionName } from "@/lib/page-info"

export interface LinkedPage extends PageInfo {
  path: string
}

export interface Section {
  name: SectionName
  pages: LinkedPage[]
}

interface DescribedRoute {
  fullPath: string
  options: { staticData?: { page?: PageInfo } }
}

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
