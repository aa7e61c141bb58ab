import { createFileRoute, useLocation } from "@tanstack/react-router"
import { useCallback, useState } from "react"
import { MyDataPage, type MyDataSearch } from "@/features/my-data/my-data-page"
import { MyFrame } from "@/features/my-data/my-frame"
import { day, text } from "@/lib/search"

export const Route = createFileRoute("/my-data")({
  validateSearch: (search: Record<string, unknown>): MyDataSearch => ({
    ...day(search, "day"),
    ...text(search, "log"),
  }),
  component: MyDataRoute,
})

function MyDataRoute() {
  const search = Route.useSearch()
  const navigate = Route.useNavigate()
  const hash = useLocation({ select: (location) => location.hash })
  const [code] = useState(hash)
  // Remove the used code from the URL.
  const forget = useCallback(() => {
    if (hash !== "") void navigate({ search: (last) => last, hash: "", replace: true })
  }, [hash, navigate])
  const change = (part: MyDataSearch) =>
    void navigate({ search: (last) => ({ ...last, ...part }), resetScroll: false })
  return (
    <MyFrame code={code} onOpened={forget}>
      <MyDataPage search={search} onSearch={change} />
    </MyFrame>
  )
}
