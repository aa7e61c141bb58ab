/** What the audit calls an action, in words: "anna <words>". */

const WORDS: Record<string, string> = {
  "agent.block": "blocked a device or an employee",
  "agent.confirm": "confirmed the employee of a device",
  "agent.create": "created a device by hand",
  "agent.enroll": "enrolled a new device",
  "agent.refuse": "tried to enroll as a known device and was refused",
  "agent.rename": "renamed a device",
  "agent.renew": "renewed the token of a device",
  "agent.revoke": "revoked a device",
  "agent.unblock": "removed a block",
  "api_key.create": "created an API key",
  "api_key.revoke": "revoked an API key",
  "audit.first_proven": "turned on proof of removed audit entries",
  "audit.retention": "deleted old audit entries",
  "audit.set_retention": "changed the retention of the audit log",
  "clock.confirm": "confirmed the server's clock",
  "day.view": "viewed a day",
  "employee.erase_begin": "began to erase an employee",
  "employee.erase": "erased an employee",
  "employee.export": "exported an employee's data",
  "enrolment.approve": "approved a device",
  "enrolment.reject": "rejected a device",
  "enrolment_token.create": "created an enrollment token",
  "enrolment_token.revoke": "revoked an enrollment token",
  "export.csv": "exported a CSV file",
  "export.pdf": "exported a PDF",
  "hold.place": "added a legal hold",
  "hold.release": "ended a legal hold",
  "log.list": "listed detailed logs",
  "log.view": "viewed a detailed log",
  "my_data.open": "opened their own data",
  "second_factor.confirm": "set up a second factor",
  "second_factor.remove": "removed their own second factor",
  "session.begin": "signed in",
  "place.list": "listed the locations of logs",
  "screenshot.view": "viewed a screenshot",
  "session.refuse": "failed to sign in",
  "team.add": "added a team",
  "team.delete": "deleted a team",
  "team.set_managers": "changed the managers of a team",
  "team.set_members": "changed the members of a team",
  "thumbnail.view": "viewed a thumbnail",
  "user.add": "added a user",
  "user.disable": "disabled a user",
  "user.enable": "enabled a user",
  "user.unlock": "unlocked a user",
  "user.remove_second_factor": "removed a second factor",
  "user.set_password": "set a password",
  "user.set_role": "changed a role",
}

/** The actions that can be asked for, in the order of their words. */
export const ACTIONS = Object.entries(WORDS)
  .map(([value, label]) => ({ value, label }))
  .sort((one, other) => one.label.localeCompare(other.label))

/** Return *action* in words; as it is when there are none yet. */
export function actionWords(action: string): string {
  return WORDS[action] ?? action
}

/** Return who acted, as people say it: `user:anna` is anna. */
export function actorOf(actor: string): string {
  const [kind, ...rest] = actor.split(":")
  const name = rest.join(":")
  if (name === "" || kind === "user") return name || actor
  if (kind === "employee") return "The employee"
  return kind === "cli" ? `${name} at the command line` : `${name} (${kind?.replaceAll("_", " ")})`
}
