import { i18n, type MessageDescriptor } from "@lingui/core"
import { msg } from "@lingui/core/macro"
import type { LinkProps } from "@tanstack/react-router"
import type { StepName } from "@/api/getting-started"

interface StepText {
  title: MessageDescriptor
  /** The one next step. */
  next: MessageDescriptor
  /** What to type, if it is not done on a page. */
  code?: MessageDescriptor
  link?: { to: NonNullable<LinkProps["to"]>; words: MessageDescriptor }
}

const TEXTS: Record<StepName, StepText> = {
  address: {
    title: msg`Public address and TLS`,
    next: msg`Set the address that people and devices use, with a certificate that they trust, and restart the server. See docs/deploy-ubuntu.md, step 6.`,
    code: msg`WFHSERVER_PUBLIC_URL=https://wfh.example.com`,
  },
  enrollment_token: {
    title: msg`Enrollment token`,
    next: msg`Create a token, with agent.toml and the steps for your way of installing software.`,
    link: { to: "/add-devices", words: msg`Add devices` },
  },
  notice: {
    title: msg`Notice for employees`,
    next: msg`Fill in these keys in agent.toml. The step is done when a device shows the notice.`,
    code: msg`[notice]\ncompany = "…"\npurpose = "…"\ncontact = "…"\nretention = "…"`,
  },
  device: {
    title: msg`First device`,
    next: msg`Install the agent on a laptop and start it with the token. Its first heartbeat arrives within five minutes.`,
    link: { to: "/agents", words: msg`Open Devices` },
  },
  alerts: {
    title: msg`Mail and alerts`,
    next: msg`Set the mail server, then choose who gets alerts. Chats and webhooks work without mail.`,
    code: msg`WFHSERVER_SMTP_HOST=mail.example.com`,
    link: { to: "/alerts", words: msg`Create channel` },
  },
  backup: {
    title: msg`Backup`,
    next: msg`Name the folder of backups and make one with \`wfhserver backup create\`. An alert then says when the newest is too old. See docs/deploy-ubuntu.md, step 9.`,
    code: msg`WFHSERVER_BACKUP_DIRECTORY=/var/backups/wfhserver`,
  },
  geoip: {
    title: msg`GeoIP database`,
    next: msg`Download a database for the approximate location of devices, now and each month.`,
    code: msg`wfhserver geoip update`,
  },
  second_factor: {
    title: msg`Second factor`,
    next: msg`Every administrator turns on codes from an authenticator app.`,
    link: { to: "/account", words: msg`Set up second factor` },
  },
}

export const textOf = (step: StepName): StepText => TEXTS[step]

export const titleOf = (step: StepName): string => i18n._(TEXTS[step].title)
