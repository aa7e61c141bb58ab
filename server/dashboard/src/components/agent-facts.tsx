import { plural, t } from "@lingui/core/macro"
import { Alert } from "@mantine/core"
import TriangleAlert from "lucide-react/icons/triangle-alert"
import type { AgentDay } from "@/api/employees"
import { Facts } from "@/components/facts"
import { Moment } from "@/components/moment"
import { Tag } from "@/components/tag"
import { type Collected, collectedOf, type Notice, noticeOf, notNotifiedOf } from "@/lib/notice"
import { shortOf, spanOf } from "@/lib/times"

type Agent = AgentDay["agent"]

const SKEW_SECONDS = 5

/** The current state of a device's agent. */
export function AgentFacts({ agent }: { agent: Agent }) {
  const notice = noticeOf(agent.health)
  const collected = collectedOf(agent.health)
  const notNotified = notNotifiedOf(agent.health)
  return (
    <>
      {agent.attention.length > 0 && (
        <Alert color="yellow" icon={<TriangleAlert size={18} aria-hidden />} mb="sm">
          {agent.attention.map((sentence) => (
            <div key={sentence}>{sentence}</div>
          ))}
        </Alert>
      )}
      <Facts
        rows={[
          [t`Agent`, agentWords(agent)],
          [
            t`Last seen`,
            agent.last_seen === null ? (
              t`never`
            ) : (
              <Moment key="seen" at={agent.last_seen} zone={agent.time_zone}>
                {shortOf(agent.last_seen)}
              </Moment>
            ),
          ],
          [t`Time zone`, agent.time_zone ?? t`unknown`],
          [t`Clock`, skewWords(agent.skew_seconds)],
          [t`Not sent yet`, queuedWords(agent.queued)],
          ...(notice === null
            ? []
            : [[t`Notice`, <Standing key="notice" of={notice} zone={agent.time_zone} />] as const]),
          ...(collected === null
            ? []
            : [
                [
                  t`Collected data`,
                  <Fingerprint key="collects" of={collected} zone={agent.time_zone} />,
                ] as const,
              ]),
          ...(notNotified === null
            ? []
            : [[t`At startup`, t`The employee could not be notified: ${notNotified}.`] as const]),
          [
            t`Enrolled`,
            <Moment key="enrolled" at={agent.enrolled_at} zone={agent.time_zone}>
              {shortOf(agent.enrolled_at)}
            </Moment>,
          ],
          ...(agent.revoked_at === null ? [] : [[t`Revoked`, shortOf(agent.revoked_at)] as const]),
        ]}
      />
    </>
  )
}

function Fingerprint({ of, zone }: { of: Collected; zone: string | null }) {
  const { fingerprint, since, openChanges } = of
  return (
    <>
      <code>{fingerprint}</code>{" "}
      {since !== null && (
        <Moment at={since} zone={zone}>
          {sinceWords(since)}
        </Moment>
      )}
      {openChanges > 0 && (
        <div>
          {plural(openChanges, {
            one: "# change is not acknowledged yet.",
            other: "# changes are not acknowledged yet.",
          })}
        </div>
      )}
    </>
  )
}

function Standing({ of, zone }: { of: Notice; zone: string | null }) {
  const { shownAt, acknowledgedAt, holds } = of
  const at = acknowledgedAt ?? shownAt
  return (
    <>
      <Tag tone={acknowledgedAt === null ? "waiting" : "good"}>
        {acknowledgedAt !== null
          ? t`acknowledged`
          : shownAt !== null
            ? t`not acknowledged`
            : t`not shown yet`}
      </Tag>{" "}
      {at !== null && (
        <Moment at={at} zone={zone}>
          {acknowledgedAt === null ? shownWords(at) : shortOf(at)}
        </Moment>
      )}
      {holds !== null && <div>{t`No detailed logs until then: ${holds}.`}</div>}
    </>
  )
}

function agentWords({ agent_version: version, platform }: Agent): string {
  return version !== "" && platform !== "" ? t`${version} on ${platform}` : version || platform
}

function queuedWords(queued: number): string {
  return queued === 0 ? t`nothing` : plural(queued, { one: "# entry", other: "# entries" })
}

function sinceWords(since: string): string {
  const time = shortOf(since)
  return t`since ${time}`
}

function shownWords(at: string): string {
  const time = shortOf(at)
  return t`shown ${time}`
}

function skewWords(skew: number | null): string {
  if (skew === null) return t`unknown`
  if (Math.abs(skew) < SKEW_SECONDS) return t`accurate`
  const span = spanOf(skew)
  return skew > 0 ? t`${span} ahead of the server` : t`${span} behind the server`
}
