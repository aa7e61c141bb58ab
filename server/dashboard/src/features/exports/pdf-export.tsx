import { Alert, Button, Group, Progress, Skeleton, Text } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import Check from "lucide-react/icons/check"
import Download from "lucide-react/icons/download"
import FileText from "lucide-react/icons/file-text"
import { useEffect } from "react"
import { Moment } from "@/components/moment"
import { Said } from "@/components/said"
import { sizeOf } from "@/lib/sizes"
import { clockOf } from "@/lib/times"
import { useNow } from "@/lib/use-now"
import { beginPdf, latelyQuery, type Order, type PdfJob, pdfQuery } from "./exports"
import classes from "./exports.module.css"
import { Refused } from "./refused"

interface PdfExportProps {
  order: Order
  job: string | undefined
  onJob: (jobId: string | undefined) => void
  onRefused: (error: unknown) => void
}

const MINUTE_MS = 60_000

/** A document that the server makes beside its other work. */
export function PdfExport({ order, job, onJob, onRefused }: PdfExportProps) {
  const queryClient = useQueryClient()
  const begun = useMutation({
    mutationFn: beginPdf,
    onSuccess: (made) => {
      queryClient.setQueryData(pdfQuery(made.job_id).queryKey, made)
      onJob(made.job_id)
    },
    onSettled: () => void queryClient.invalidateQueries(latelyQuery),
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
          Create PDF
        </Button>
      </Group>
      <Refused error={begun.error} />
      {job !== undefined && !begun.isPending && <Job key={job} jobId={job} />}
    </div>
  )
}

function Job({ jobId }: { jobId: string }) {
  const job = useQuery(pdfQuery(jobId))
  if (job.data === undefined) {
    return job.error === null ? <Skeleton height={40} /> : <Said error={job.error} />
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
          {job.data.rows_found.toLocaleString()} logs match. A PDF takes at most{" "}
          {job.data.row_limit.toLocaleString()}: these are the newest. For the rest choose fewer
          days, or take the CSV, which has no limit.
        </Text>
      )}
    </div>
  )
}

function Working({ job }: { job: PdfJob }) {
  const share = job.rows_taken === 0 ? 0 : (job.rows_done / job.rows_taken) * 100
  return (
    <>
      <Text size="sm">
        {job.rows_done.toLocaleString()} of {job.rows_taken.toLocaleString()} logs are drawn.
      </Text>
      <Progress value={share} aria-label="PDF progress" />
    </>
  )
}

function Done({ job }: { job: PdfJob }) {
  const now = useNow(MINUTE_MS)
  if (job.file_url === null || Date.parse(job.expires_at) <= now) {
    return <Text size="sm">This PDF has expired. Create it again.</Text>
  }
  return (
    <Group gap="sm">
      <Button
        component="a"
        href={job.file_url}
        download
        leftSection={<Download size={16} aria-hidden />}
      >
        Download PDF
      </Button>
      <Text size="sm" className={classes.done}>
        <Check size={16} aria-hidden />
        <span>
          {job.rows_taken === 1 ? "1 log" : `${job.rows_taken.toLocaleString()} logs`}
          {job.size_bytes !== null && `, ${sizeOf(job.size_bytes)}`}; it is kept until{" "}
          <Moment at={job.expires_at}>{clockOf(job.expires_at)}</Moment>.
        </span>
      </Text>
    </Group>
  )
}
