import { t } from "@lingui/core/macro"
import { Button } from "@mantine/core"
import { useMutation } from "@tanstack/react-query"
import Download from "lucide-react/icons/download"
import { type AttendanceFilter, attendanceFile } from "@/api/attendance"
import { FormError } from "@/components/form-error"
import { download } from "@/lib/download"

/** Downloads the days that the page shows, of everybody who matches, as CSV or PDF. */
export function ActivityFiles({ filter }: { filter: AttendanceFilter }) {
  return (
    <>
      <FileButton label={t`Export CSV`} address={attendanceFile("csv", filter)} />
      <FileButton label={t`Export PDF`} address={attendanceFile("pdf", filter)} />
    </>
  )
}

function FileButton({ label, address }: { label: string; address: string }) {
  const saved = useMutation({
    mutationFn: () => {
      const signal = new AbortController().signal
      return download(address, { signal, onProgress: () => {} })
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
        {label}
      </Button>
      <FormError error={saved.error} />
    </>
  )
}
