import { t } from "@lingui/core/macro"
import { Radio } from "@mantine/core"
import Activity from "lucide-react/icons/activity"
import FileText from "lucide-react/icons/file-text"
import Table from "lucide-react/icons/table"
import classes from "./exports.module.css"
import type { FileKind } from "./file-kinds"

interface FileChoiceProps {
  value: FileKind
  onChange: (kind: FileKind) => void
}

const kinds = () =>
  [
    {
      kind: "logs",
      icon: Table,
      title: t`Detailed logs`,
      format: "CSV",
      words: t`Employee, device, addresses, location and screenshot status. One row per log.`,
    },
    {
      kind: "heartbeats",
      icon: Activity,
      title: t`Heartbeats`,
      format: "CSV",
      words: t`Who was online when, every five minutes. The largest file.`,
    },
    {
      kind: "pdf",
      icon: FileText,
      title: t`Logs with screenshots`,
      format: "PDF",
      words: t`For reading and filing: each log with a small screenshot.`,
    },
  ] as const

/** The three kinds of files. */
export function FileChoice({ value, onChange }: FileChoiceProps) {
  return (
    <Radio.Group
      aria-label={t`File type`}
      value={value}
      onChange={(kind) => onChange(kind as FileKind)}
      className={classes.kinds}
    >
      {kinds().map(({ kind, icon: Icon, title, format, words }) => (
        <Radio.Card key={kind} value={kind} className={classes.kind}>
          <span className={classes.kindHead}>
            <Icon size={18} aria-hidden />
            <strong>{title}</strong>
            <span className={classes.format}>{format}</span>
          </span>
          <span className={classes.kindWords}>{words}</span>
        </Radio.Card>
      ))}
    </Radio.Group>
  )
}
