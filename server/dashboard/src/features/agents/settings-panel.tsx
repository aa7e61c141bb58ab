import { msg, plural, t } from "@lingui/core/macro"
import { Button, Code, Group, Text } from "@mantine/core"
import { lazy, type ReactNode, Suspense, useState } from "react"
import { type Column, DataTable } from "@/components/data-table"
import { Moment } from "@/components/moment"
import { Panel } from "@/components/panel"
import { Tag } from "@/components/tag"
import { actorOf } from "@/lib/actions"
import { shortOf } from "@/lib/times"
import { useIsAdmin } from "@/lib/use-is-admin"
import type { AgentFilter } from "./agents"
import { AgreeSettings, WithdrawSettings } from "./agree-settings"
import { DeviceCount } from "./device-count"
import { DIGITS_SHOWN, type Fleet, type SettingsGroup } from "./fleet"

const CompareSettings = lazy(() =>
  import("./compare-settings").then((part) => ({ default: part.CompareSettings })),
)

interface SettingsPanelProps {
  fleet: Fleet
  /** Shows the devices that these filters find. */
  onFilter: (filter: AgentFilter) => void
}

type Change = { group: SettingsGroup & { fingerprint: string }; kind: "agree" | "withdraw" }

/** The devices by their settings: which are agreed on, and which devices differ. */
export function SettingsPanel({ fleet, onFilter }: SettingsPanelProps) {
  const isAdmin = useIsAdmin()
  const [change, setChange] = useState<Change | null>(null)
  const [isComparing, setIsComparing] = useState(false)
  const Decision = change?.kind === "withdraw" ? WithdrawSettings : AgreeSettings
  return (
    <Panel
      title={t`Settings`}
      aside={
        <Group gap="xs">
          {fleet.differing > 0 && (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => onFilter({ settings: "differs" })}
            >
              {plural(fleet.differing, {
                one: "Show # device that differs",
                other: "Show # devices that differ",
              })}
            </Button>
          )}
          <Button size="compact-sm" variant="default" onClick={() => setIsComparing(true)}>
            {t`Compare settings`}
          </Button>
        </Group>
      }
    >
      <DataTable
        label={t`Settings of devices`}
        columns={[...columns(onFilter), ...(isAdmin ? [actions(setChange)] : [])]}
        rows={fleet.settings}
        keyOf={({ fingerprint }) => fingerprint ?? "unknown"}
      />
      {change !== null && <Decision group={change.group} onClose={() => setChange(null)} />}
      {isComparing && (
        <Suspense>
          <CompareSettings groups={fleet.settings} onClose={() => setIsComparing(false)} />
        </Suspense>
      )}
    </Panel>
  )
}

const columns = (onFilter: SettingsPanelProps["onFilter"]): Column<SettingsGroup>[] => [
  { title: msg`Fingerprint`, isName: true, width: "12rem", cell: fingerprintCell },
  {
    title: msg`Devices`,
    width: "9rem",
    cell: ({ fingerprint, devices }) => (
      <DeviceCount
        devices={devices}
        of={fingerprint?.slice(0, DIGITS_SHOWN) ?? t`not reported`}
        onShow={() => onFilter({ settings: fingerprint ?? "unknown" })}
      />
    ),
  },
  { title: msg`Versions`, isText: true, cell: ({ versions }) => versions.join(", ") },
  { title: msg`Agreed`, isText: true, cell: agreementCell },
]

function fingerprintCell({ fingerprint }: SettingsGroup): ReactNode {
  if (fingerprint === null) return t`not reported`
  return <Code title={fingerprint}>{fingerprint.slice(0, DIGITS_SHOWN)}</Code>
}

function agreementCell({ fingerprint, agreement }: SettingsGroup): ReactNode {
  if (fingerprint === null) return "—"
  if (agreement === null) return <Tag>{t`not agreed`}</Tag>
  return (
    <>
      <Tag tone="good">{agreement.label}</Tag>
      <Text size="xs" c="dimmed" component="div">
        <Moment at={agreement.agreed_at}>{shortOf(agreement.agreed_at)}</Moment>
        {t`, by ${{ name: actorOf(agreement.agreed_by) }}`}
      </Text>
    </>
  )
}

function actions(onChange: (change: Change) => void): Column<SettingsGroup> {
  return {
    title: null,
    align: "end",
    cell: ({ fingerprint, ...group }) => {
      if (fingerprint === null) return null
      const digits = fingerprint.slice(0, DIGITS_SHOWN)
      const isAgreed = group.agreement !== null
      return (
        <Button
          size="compact-sm"
          variant={isAgreed ? "subtle" : "default"}
          {...(isAgreed ? { color: "red" } : {})}
          aria-label={isAgreed ? t`Remove the mark of ${digits}` : t`Mark ${digits} as agreed`}
          onClick={() =>
            onChange({ group: { ...group, fingerprint }, kind: isAgreed ? "withdraw" : "agree" })
          }
        >
          {isAgreed ? t`Remove mark` : t`Mark as agreed`}
        </Button>
      )
    },
  }
}
