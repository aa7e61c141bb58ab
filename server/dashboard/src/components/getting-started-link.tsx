import { t } from "@lingui/core/macro"
import { Button } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import ListChecks from "lucide-react/icons/list-checks"
import { gettingStartedQuery, isDone, isOpen } from "@/api/getting-started"

/** Leads to the checklist, until nothing of it is open. */
export function GettingStartedLink() {
  const { data } = useQuery(gettingStartedQuery)
  const wanted = data?.steps.filter((state) => isOpen(state) || isDone(state)) ?? []
  const [done, all] = [wanted.filter(isDone).length, wanted.length]
  if (done === all) return null
  return (
    <Button
      component={Link}
      to="/getting-started"
      variant="default"
      leftSection={<ListChecks size={16} aria-hidden />}
    >
      {t`Getting started: ${{ done }} of ${{ all }}`}
    </Button>
  )
}
