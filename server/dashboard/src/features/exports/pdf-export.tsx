import { plural, t } from "@lingui/core/macro"
import { Trans } from "@lingui/react/macro"
import { Alert, Button, Group, Progress, Skeleton, Text } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import Check from "lucide-react/icons/check"
import Download from "lucide-react/icons/download"
import FileText from "lucide-react/icons/file-text"
import { type ReactNode, useEffect } from "react"
import { FormError } from "@/components/form-error"
import { Moment } from "@/components/moment"
import { logs } from "@/lib/counts"
import { sizeOf } from "@/lib/sizes"
import { clockOf } from "@/lib/times"
import { useNow } from "@/lib/use-now"
import { ExportError } from "./export-error"
import { beginPdf, type Order, type PdfJob, pdfQuery, recentExportsQuery } from "./exports"
import classes from "./exports.module.css"

interface PdfExportProps {
  order: Order
  job: string | undefined
  onJob: (jobId: string | undefined) => void
  onRefused: (error: unknown) => void
}

const MINUTE_MS = 60_000

/** A PDF, which the server creates in the background. */
export function PdfExport({ order, job, onJob, onRefused }: PdfExportProps) {
  const queryClient = useQueryClient()
  const begun = useMutation({
    mutationFn: beginPdf,
    onSuccess: (made) => {
      queryClient.setQueryData(pdfQuery(made.job_id).queryKey, made)
      onJob(made.job_id)
    },
    onSettled: () => void queryClient.invalidateQueries(recentExportsQuery),
  })
  useEffect(() => onRefused(begun.error), [begun.error, onRefused])
  return (
    <div className={classes.action}>
      <Group gap="sm">
        <Button
          leftSection={<FileText size={16} aria-hidden />}
          variant={job === undefined ? "filled" : "default"}
          loading={begun.isPending}
          onClick={() => begun.mutate(order)}
        >
          {t`Create PDF`}
        </Button>
      </Group>
      <ExportError error={begun.error} />
      {job !== undefined && !begun.isPending && <Job key={job} jobId={job} />}
    </div>
  )
}

function Job({ jobId }: { jobId: string }) {
  const job = useQuery(pdfQuery(jobId))
  if (job.data === undefined) {
    return job.error === null ? <Skeleton height={40} /> : <FormError error={job.error} />
  }
  return (
    <div className={classes.job} role="status">
      {job.data.state === "working" && <Working job={job.data} />}
      {job.data.state === "done" && <Done job={job.data} />}
      {job.data.state === "failed" && (
        <Alert color="red" role="alert">
          {job.data.problem}
        </Alert>
      )}
      {job.data.rows_taken < job.data.rows_found && (
        <Text size="sm" c="dimmed">
          {limitWords(job.data)}
        </Text>
      )}
    </div>
  )
}

function Working({ job }: { job: PdfJob }) {
  const share = job.rows_taken === 0 ? 0 : (job.rows_done / job.rows_taken) * 100
  return (
    <>
      <Text size="sm">{progressWords(job)}</Text>
      <Progress value={share} aria-label={t`PDF progress`} />
    </>
  )
}

function Done({ job }: { job: PdfJob }) {
  const now = useNow(MINUTE_MS)
  if (job.file_url === null || Date.parse(job.expires_at) <= now) {
    return <Text size="sm">{t`This PDF has expired. Create it again.`}</Text>
  }
  return (
    <Group gap="sm">
      <Button
        component="a"
        href={job.file_url}
        download
        leftSection={<Download size={16} aria-hidden />}
      >
        {t`Download PDF`}
      </Button>
      <Text size="sm" className={classes.done}>
        <Check size={16} aria-hidden />
        <span>{doneWords(job)}</span>
      </Text>
    </Group>
  )
}

function progressWords({ rows_done, rows_taken }: PdfJob): string {
  const done = rows_done.toLocaleString()
  return plural(rows_taken, { one: `${done} of # log drawn`, other: `${done} of # logs drawn` })
}

function doneWords({ rows_taken, size_bytes, expires_at }: PdfJob): ReactNode {
  const taken = logs(rows_taken)
  const details = size_bytes === null ? taken : `${taken}, ${sizeOf(size_bytes)}`
  const time = <Moment at={expires_at}>{clockOf(expires_at)}</Moment>
  return (
    <Trans>
      {details}. Available until {time}.
    </Trans>
  )
}

function limitWords({ rows_found, row_limit }: PdfJob): string {
  const [found, limit] = [rows_found.toLocaleString(), row_limit.toLocaleString()]
  return t`${found} logs match. A PDF has at most ${limit}: these are the newest. For the rest, choose fewer days, or the CSV, which has no limit.`
}
