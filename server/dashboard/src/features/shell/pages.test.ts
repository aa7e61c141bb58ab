import { expect, test } from "vitest"
import type { PageInfo } from "@/lib/page-info"
import { pagesOf } from "./pages"

const Icon = () => null
const route = (fullPath: string, page?: Omit<PageInfo, "icon">) => ({
  fullPath,
  options: page === undefined ? {} : { staticData: { page: { ...page, icon: Icon } } },
})
const ROUTES = [
  route("/audit", { title: "Audit", section: "Oversight", order: 1, roles: ["admin", "auditor"] }),
  route("/logs", { title: "Logs", section: "Presence", order: 2 }),
  route("/", { title: "Now", section: "Presence", order: 1 }),
  route("/employees/$employeeId"),
]

test("a role is offered what it may open, in the order of the sections", () => {
  const titles = (role: "auditor" | "manager") =>
    pagesOf(ROUTES, role).map(({ name, pages }) => [name, pages.map((page) => page.title)])

  expect(titles("auditor")).toEqual([
    ["Presence", ["Now", "Logs"]],
    ["Oversight", ["Audit"]],
  ])
  expect(titles("manager")).toEqual([["Presence", ["Now", "Logs"]]])
})
