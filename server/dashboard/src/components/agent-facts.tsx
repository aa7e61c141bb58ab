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

/** How the agent of the machine is at the moment. */
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
          ["Agent", [agent.agent_version, agent.platform].filter(Boolean).join(" on ")],
          [
            "Last seen",
            agent.last_seen === null ? (
              "never"
            ) : (
              <Moment key="seen" at={agent.last_seen} zone={agent.time_zone}>
                {shortOf(agent.last_seen)}
              </Moment>
            ),
          ],
          ["Time zone", agent.time_zone ?? "not known"],
          ["Clock", skewWords(agent.skew_seconds)],
          ["Waiting", agent.queued === 0 ? "nothing" : `${agent.queued} entries not sent yet`],
          ...(notice === null
            ? []
            : [["Notice", <Standing key="notice" of={notice} zone={agent.time_zone} />] as const]),
          ...(collected === null
            ? []
            : [
                [
                  "Collects",
                  <Fingerprint key="collects" of={collected} zone={agent.time_zone} />,
                ] as const,
              ]),
          ...(notNotified === null
            ? []
            : [["At startup", `The employee could not be notified: ${notNotified}.`] as const]),
          [
            "Enrolled",
            <Moment key="enrolled" at={agent.enrolled_at} zone={agent.time_zone}>
              {shortOf(agent.enrolled_at)}
            </Moment>,
          ],
          ...(agent.revoked_at === null ? [] : [["Revoked", shortOf(agent.revoked_at)] as const]),
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
          since {shortOf(since)}
        </Moment>
      )}
      {openChanges > 0 && (
        <div>
          {openChanges === 1 ? "1 change is" : `${openChanges} changes are`} not acknowledged yet.
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
          ? "acknowledged"
          : shownAt !== null
            ? "not acknowledged"
            : "not shown yet"}
      </Tag>{" "}
      {at !== null && (
        <Moment at={at} zone={zone}>
          {acknowledgedAt === null && "shown "}
          {shortOf(at)}
        </Moment>
      )}
      {holds !== null && <div>No detailed log is taken until then: {holds}.</div>}
    </>
  )
}

function skewWords(skew: number | null): string {
  if (skew === null) return "not known"
  if (Math.abs(skew) < SKEW_SECONDS) return "right"
  return `${spanOf(skew)} ${skew > 0 ? "ahead" : "behind"}`
}
