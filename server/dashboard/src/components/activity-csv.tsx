import { t } from "@lingui/core/macro"
import { Button } from "@mantine/core"
import { useMutation } from "@tanstack/react-query"
import Download from "lucide-react/icons/download"
import { type AttendanceFilter, attendanceCsv } from "@/api/attendance"
import { FormError } from "@/components/form-error"
import { download } from "@/lib/download"

/** Downloads the days that the page shows, of everybody who matches. */
export function ActivityCsv({ filter }: { filter: AttendanceFilter }) {
  const saved = useMutation({
    mutationFn: () => {
      const signal = new AbortController().signal
      return download(attendanceCsv(filter), { signal, onProgress: () => {} })
    },
  })
  return (
    <>
      <Button
        variant="default"
        leftSection={<Download size={16} aria-hidden />}
        loading={saved.isPending}
        onClick={() => saved.mutate()}
      >
        {t`Export CSV`}
      </Button>
      <FormError error={saved.error} />
    </>
  )
}
