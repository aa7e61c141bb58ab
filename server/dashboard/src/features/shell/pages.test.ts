import { expect, test } from "vitest"
import type { PageInfo } from "@/lib/page-info"
import { pagesOf } from "./pages"

const Icon = () => null
const route = (fullPath: string, page?: Omit<PageInfo, "icon">) => ({
  fullPath,
  options: page === undefined ? {} : { staticData: { page: { ...page, icon: Icon } } },
})
const ROUTES = [
  route("/audit", {
    title: { id: "Audit" },
    section: "oversight",
    order: 1,
    roles: ["admin", "auditor"],
  }),
  route("/logs", { title: { id: "Logs" }, section: "presence", order: 2 }),
  route("/", { title: { id: "Now" }, section: "presence", order: 1 }),
  route("/employees/$employeeId"),
]

test("the navigation lists the pages that a role may open, in the order of the sections", () => {
  const titles = (role: "auditor" | "manager") =>
    pagesOf(ROUTES, role).map(({ name, pages }) => [name, pages.map((page) => page.title.id)])

  expect(titles("auditor")).toEqual([
    ["presence", ["Now", "Logs"]],
    ["oversight", ["Audit"]],
  ])
  expect(titles("manager")).toEqual([["presence", ["Now", "Logs"]]])
})
