import { VisuallyHidden } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { siteQuery } from "@/api/site"
import { Tag } from "@/components/tag"

/** Says that nobody here is real, where that is so; it stands where it moves nothing. */
export function SampleMark() {
  const { data: site } = useQuery(siteQuery)
  if (site?.is_sample !== true) return null
  return (
    <div role="note" title="Employees, devices and screenshots are sample data.">
      <Tag tone="waiting">Sample</Tag>
      <VisuallyHidden>Employees, devices and screenshots are sample data.</VisuallyHidden>
    </div>
  )
}
