import { plural, t } from "@lingui/core/macro"
import { Alert, List, Loader, Stack, Text } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { Failed } from "@/components/failed"
import { Panel } from "@/components/panel"
import { TextLink } from "@/components/text-link"
import { devicesQuery, type TokenDevice } from "./add-devices"

/** Waits for the first heartbeat of a device with this token, and says so. */
export function FirstHeartbeat({ tokenId }: { tokenId: number }) {
  const found = useQuery(devicesQuery(tokenId))
  if (found.isError) return <Failed error={found.error} retry={() => void found.refetch()} />
  const { devices = [], total = 0, waiting = 0 } = found.data ?? {}
  const seen = devices.filter(({ last_seen }) => last_seen !== null)
  return (
    <Panel title={t`First heartbeat`}>
      <Stack gap="xs">
        <div role="status">
          {seen.length === 0 ? (
            <Text size="sm">
              <Loader size={14} mr={8} aria-hidden /> {t`Waiting for the first heartbeat.`}
            </Text>
          ) : (
            <Alert color="green">
              {plural(total, {
                one: "# device has arrived.",
                other: "# devices have arrived.",
              })}
            </Alert>
          )}
        </div>
        <Devices devices={devices} />
        {waiting > 0 && (
          <Text size="sm">
            {plural(waiting, {
              one: "# device waits for approval.",
              other: "# devices wait for approval.",
            })}{" "}
            <TextLink to="/agents">{t`Approve on Devices`}</TextLink>
          </Text>
        )}
      </Stack>
    </Panel>
  )
}

function Devices({ devices }: { devices: readonly TokenDevice[] }) {
  if (devices.length === 0) return null
  return (
    <List size="sm" listStyleType="none" spacing={2}>
      {devices.map((device) => (
        <List.Item key={device.agent_id}>{deviceWords(device)}</List.Item>
      ))}
    </List>
  )
}

function deviceWords({ hostname, username, last_seen }: TokenDevice): string {
  return last_seen === null
    ? t`${hostname} of ${username} has enrolled. Its first heartbeat follows.`
    : t`${hostname} of ${username} sends heartbeats.`
}
