/** Actions of the audit log in words, as in "anna <words>". */
import { i18n, type MessageDescriptor } from "@lingui/core"
import { msg, t } from "@lingui/core/macro"

const WORDS: Record<string, MessageDescriptor> = {
  "agent.block": msg`blocked a device or an employee`,
  "agent.confirm": msg`confirmed the employee of a device`,
  "agent.create": msg`created a device manually`,
  "agent.enroll": msg`enrolled a new device`,
  "agent.refuse": msg`tried to enroll and was refused`,
  "agent.rename": msg`renamed a device`,
  "agent.renew": msg`renewed the token of a device`,
  "agent.revoke": msg`revoked a device`,
  "agent.unblock": msg`removed a block`,
  "api_key.create": msg`created an API key`,
  "api_key.revoke": msg`revoked an API key`,
  "attendance.view": msg`viewed device activity`,
  "audit.first_proven": msg`turned on proof of removed audit entries`,
  "audit.retention": msg`deleted old audit entries`,
  "audit.set_retention": msg`changed the retention of the audit log`,
  "clock.confirm": msg`confirmed the server's clock`,
  "day.view": msg`viewed a day`,
  "employee.add": msg`added an employee`,
  "employee.change": msg`changed an employee`,
  "employee.erase_begin": msg`started to erase an employee`,
  "employee.erase": msg`erased an employee`,
  "employee.export": msg`exported an employee's data`,
  "employee.import": msg`imported employees`,
  "employee.join": msg`joined two employees`,
  "employee.leave": msg`recorded that an employee left`,
  "employee.leave_change": msg`changed what happens to the data of an employee who left`,
  "employee.leave_undo": msg`undid that an employee left`,
  "employee.scim_link": msg`linked an employee to the identity provider`,
  "employee.scim_remove": msg`removed an employee from the identity provider`,
  "employee.scim_restore": msg`restored an employee from the identity provider`,
  "employee.undo_import": msg`undid an import of employees`,
  "enrolment.approve": msg`approved a device`,
  "enrolment.reject": msg`rejected a device`,
  "enrolment_token.create": msg`created an enrollment token`,
  "enrolment_token.revoke": msg`revoked an enrollment token`,
  "export.csv": msg`exported a CSV file`,
  "export.pdf": msg`exported a PDF`,
  "fact.alerts": msg`listed alerts on facts`,
  "fact.distribution": msg`viewed the distribution of a fact`,
  "fact.list": msg`listed facts`,
  "fact.view": msg`viewed the history of a fact`,
  "alert_rule.change": msg`changed a rule of alerts`,
  "channel.create": msg`created a channel`,
  "channel.delete": msg`deleted a channel`,
  "channel.test": msg`sent a test message`,
  "subscription.change": msg`changed their e-mails about alerts`,
  "fact_rule.create": msg`added an alert rule`,
  "fact_rule.delete": msg`deleted an alert rule`,
  "checklist.dismiss": msg`dismissed steps of getting started`,
  "checklist.restore": msg`showed dismissed steps of getting started again`,
  "setup_code.create": msg`printed a setup code`,
  "setup_code.use": msg`used the setup code`,
  "holiday.add_day": msg`added or removed a holiday`,
  "holiday.choose": msg`chose public holidays`,
  "holiday.clear": msg`removed a choice of public holidays`,
  "holiday.delete_day": msg`deleted a changed holiday`,
  "leave.add": msg`entered leave`,
  "leave.change": msg`changed leave`,
  "leave.delete": msg`deleted leave`,
  "leave.import": msg`imported leave`,
  "leave_feed.add": msg`added a leave calendar`,
  "leave_feed.delete": msg`deleted a leave calendar`,
  "leave_feed.read": msg`read leave from a calendar`,
  "hold.place": msg`added a legal hold`,
  "hold.release": msg`ended a legal hold`,
  "log.list": msg`listed detailed logs`,
  "log.view": msg`viewed a detailed log`,
  "backup.restore": msg`restored a backup`,
  "my_data.link": msg`created a link to an employee's own data`,
  "my_data.open": msg`opened their own data`,
  "schedule.add": msg`added a schedule`,
  "schedule.change": msg`changed a schedule`,
  "schedule.delete": msg`deleted a schedule`,
  "second_factor.confirm": msg`set up a second factor`,
  "second_factor.remove": msg`removed their own second factor`,
  "session.begin": msg`signed in`,
  "place.list": msg`listed the locations of logs`,
  "screenshot.view": msg`viewed a screenshot`,
  "session.refuse": msg`failed to sign in`,
  "settings.agree": msg`marked settings as agreed`,
  "settings.withdraw": msg`removed the mark of agreed settings`,
  "team.add": msg`added a team`,
  "team.delete": msg`deleted a team`,
  "team.rename": msg`renamed a team`,
  "team.scim_link": msg`linked a team to the identity provider`,
  "team.set_managers": msg`changed the managers of a team`,
  "team.set_members": msg`changed the members of a team`,
  "thumbnail.view": msg`viewed a thumbnail`,
  "session.end": msg`ended sessions`,
  "user.accept_invitation": msg`accepted an invitation`,
  "user.change_password": msg`changed their own password`,
  "user.create_reset_link": msg`created a link to reset a password`,
  "user.invite": msg`invited a user`,
  "user.renew_invitation": msg`renewed an invitation`,
  "user.reset_password": msg`reset their own password by a link`,
  "user.add": msg`added a user`,
  "user.disable": msg`disabled a user`,
  "user.enable": msg`enabled a user`,
  "user.set_teams": msg`changed the teams of a manager`,
  "user.unlock": msg`unlocked a user`,
  "user.remove_second_factor": msg`removed a second factor`,
  "user.set_password": msg`set a password`,
  "user.set_role": msg`changed a role`,
}

/** Return the actions to filter by, sorted by their words. */
export function actionChoices(): { value: string; label: string }[] {
  return Object.keys(WORDS)
    .map((value) => ({ value, label: actionWords(value) }))
    .sort((one, other) => one.label.localeCompare(other.label))
}

/** Return *action* in words, or the code if it has none. */
export function actionWords(action: string): string {
  const words = WORDS[action]
  return words === undefined ? action : i18n._(words)
}

/** Return the name of an actor: anna for `user:anna`. */
export function actorOf(actor: string): string {
  const [kind, ...rest] = actor.split(":")
  const name = rest.join(":")
  if (name === "" || kind === "user") return name || actor
  if (kind === "employee") return t`The employee`
  if (kind === "cli") return t`${name} at the command line`
  if (kind === "key") return t`${name} (API key)`
  return `${name} (${kind?.replaceAll("_", " ")})`
}
