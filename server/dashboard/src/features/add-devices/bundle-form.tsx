import { t } from "@lingui/core/macro"
import { Alert, Button, Group, Stack, Switch, Text, Textarea, TextInput } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { type FormEvent, useState } from "react"
import type { components } from "@/api/schema"
import { teamsQuery } from "@/api/teams"
import { FormError } from "@/components/form-error"
import { Panel } from "@/components/panel"
import { TeamSelect } from "@/components/team-select"
import { useTokenLimits } from "@/components/token-limits"
import { type Bundle, createBundle } from "./add-devices"

interface BundleFormProps {
  options: components["schemas"]["BundleOptions"]
  onCreated: (bundle: Bundle) => void
}

const NO_NOTICE = { company: "", purpose: "", contact: "", text: "", required: false }

/** What the token allows, and what agent.toml says. */
export function BundleForm({ options, onCreated }: BundleFormProps) {
  const [label, setLabel] = useState("")
  const limits = useTokenLimits()
  const [team, setTeam] = useState<number>()
  const [url, setUrl] = useState(options.public_url ?? window.location.origin)
  const [notice, setNotice] = useState(NO_NOTICE)
  const teams = useQuery(teamsQuery)
  const queryClient = useQueryClient()
  const created = useMutation({
    mutationFn: createBundle,
    onSuccess: (bundle) => {
      // First, since the token is shown only once.
      onCreated(bundle)
      void queryClient.invalidateQueries({ queryKey: ["enrolment-tokens"] })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    created.mutate({
      label,
      ...limits.sent,
      url,
      team: team ?? null,
      notice: { ...notice, required: notice.required && hasWords(notice) },
    })
  }
  return (
    <Panel title={t`New devices`}>
      <form onSubmit={submit}>
        <Stack maw={640}>
          <TextInput
            label={t`Label`}
            description={t`What they are for, such as Vienna office`}
            required
            maxLength={255}
            value={label}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
          <Group grow align="flex-end">
            {limits.uses}
            {limits.expiry}
          </Group>
          {limits.approval}
          <TeamSelect
            label={t`Employees of these devices join the team`}
            teams={teams.data}
            value={team}
            onChange={setTeam}
          />
          <TextInput
            label={t`Address of this server`}
            description={t`As the laptops reach it`}
            required
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
          <Authority options={options} />
          <NoticeFields notice={notice} onChange={setNotice} />
          <FormError error={created.error} />
          <Group>
            <Button type="submit" loading={created.isPending}>
              {t`Create token and files`}
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  )
}

function Authority({ options: { ca_file, ca_problem } }: Pick<BundleFormProps, "options">) {
  if (ca_problem !== null) return <Alert color="red">{ca_problem}</Alert>
  return (
    <Text size="sm" c="dimmed">
      {ca_file === null
        ? t`agent.toml trusts public certificates. If this server has another one, set WFHSERVER_AGENT_CA_FILE.`
        : t`The certificate authority ${{ ca_file }} is part of the files.`}
    </Text>
  )
}

type Notice = typeof NO_NOTICE

/** Whether there is something to acknowledge. */
const hasWords = ({ text, purpose }: Notice) => text !== "" || purpose !== ""

interface NoticeFieldsProps {
  notice: Notice
  onChange: (notice: Notice) => void
}

/** What the company tells its employees. */
function NoticeFields({ notice, onChange }: NoticeFieldsProps) {
  const change = (part: Partial<Notice>) => onChange({ ...notice, ...part })
  return (
    <>
      <Text size="sm">{t`Notice for employees, shown before the first detailed log:`}</Text>
      <TextInput
        label={t`Company`}
        maxLength={255}
        value={notice.company}
        onChange={(event) => change({ company: event.currentTarget.value })}
      />
      <TextInput
        label={t`Purpose`}
        maxLength={255}
        value={notice.purpose}
        onChange={(event) => change({ purpose: event.currentTarget.value })}
      />
      <TextInput
        label={t`Contact`}
        description={t`Such as the data protection officer`}
        maxLength={255}
        value={notice.contact}
        onChange={(event) => change({ contact: event.currentTarget.value })}
      />
      <Textarea
        label={t`Further text`}
        maxLength={8000}
        rows={4}
        value={notice.text}
        onChange={(event) => change({ text: event.currentTarget.value })}
      />
      <Switch
        label={t`Take no detailed log before it is acknowledged`}
        disabled={!hasWords(notice)}
        checked={notice.required && hasWords(notice)}
        onChange={(event) => change({ required: event.currentTarget.checked })}
      />
    </>
  )
}
