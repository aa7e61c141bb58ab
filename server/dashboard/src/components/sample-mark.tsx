import { t } from "@lingui/core/macro"
import { VisuallyHidden } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { siteQuery } from "@/api/site"
import { Tag } from "@/components/tag"

/** Says that the data is sample data. Placed so that nothing moves when it appears. */
export function SampleMark() {
  const { data: site } = useQuery(siteQuery)
  if (site?.is_sample !== true) return null
  return (
    <div role="note" title={t`Employees, devices and screenshots are sample data.`}>
      <Tag tone="waiting">{t`Sample`}</Tag>
      <VisuallyHidden>{t`Employees, devices and screenshots are sample data.`}</VisuallyHidden>
    </div>
  )
}
