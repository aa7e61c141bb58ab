import { msg } from "@lingui/core/macro"
import { createFileRoute, redirect } from "@tanstack/react-router"
import Radio from "lucide-react/icons/radio"
import { presenceQuery } from "@/api/presence"
import { teamsQuery } from "@/api/teams"
import { NowPage, type NowSearch } from "@/features/now/now-page"
import { SORTS } from "@/features/now/selection"
import { rememberedTarget } from "@/lib/safe-target"
import { flag, oneOf, text, texts, whole } from "@/lib/search"
import { STATES } from "@/lib/states"

export const Route = createFileRoute("/_app/")({
  staticData: { page: { title: msg`Now`, icon: Radio, section: "presence", order: 1 } },
  validateSearch: (search: Record<string, unknown>): NowSearch => ({
    ...text(search, "q"),
    ...whole(search, "team"),
    ...oneOf(search, "state", STATES),
    ...flag(search, "attention"),
    ...oneOf(search, "sort", SORTS),
    ...flag(search, "descending"),
    ...texts(search, "where"),
    ...texts(search, "fact"),
    ...(flag(search, "turned").turned && { descending: true }),
  }),
  beforeLoad: () => {
    // Back from the company's sign-in, which always leads here.
    const target = rememberedTarget()
    if (target !== undefined) throw redirect({ href: target, replace: true })
  },
  loader: ({ context }) => {
    void context.queryClient.prefetchQuery(presenceQuery)
    void context.queryClient.prefetchQuery(teamsQuery)
  },
  component: NowRoute,
})

function NowRoute() {
  const search = Route.useSearch()
  const navigate = Route.useNavigate()
  const change = (part: NowSearch) =>
    void navigate({ search: (last) => ({ ...last, ...part }), replace: true, resetScroll: false })
  return <NowPage search={search} onSearch={change} />
}
