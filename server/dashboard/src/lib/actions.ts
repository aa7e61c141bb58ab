/** What the audit calls an action, in words: "anna <words>". */

const WORDS: Record<string, string> = {
  "agent.block": "blocked a device or an employee",
  "agent.confirm": "confirmed whose an agent is",
  "agent.create": "made an agent by hand",
  "agent.enroll": "enrolled a new device",
  "agent.refuse": "tried to enroll as a known device and was refused",
  "agent.rename": "renamed a device",
  "agent.renew": "renewed the token of a device",
  "agent.revoke": "revoked an agent",
  "agent.unblock": "ended a block",
  "api_key.create": "made a key for a program",
  "api_key.revoke": "revoked a key of a program",
  "audit.first_proven": "began to prove what is removed from the audit log",
  "audit.retention": "removed entries of the audit log that were old enough",
  "audit.set_retention": "set how long the audit log is kept",
  "clock.confirm": "confirmed the time of the server",
  "day.view": "opened a day",
  "employee.erase_begin": "began to erase an employee",
  "employee.erase": "erased an employee",
  "employee.export": "exported an employee's data",
  "enrolment.approve": "let a machine in",
  "enrolment.reject": "turned a machine away",
  "enrolment_token.create": "made an enrolment token",
  "enrolment_token.revoke": "revoked an enrolment token",
  "export.csv": "exported a table",
  "export.pdf": "exported a PDF",
  "hold.place": "placed a legal hold",
  "hold.release": "released a legal hold",
  "log.list": "listed detailed logs",
  "log.view": "opened a detailed log",
  "my_data.open": "opened the own data",
  "second_factor.confirm": "set up a second factor",
  "second_factor.remove": "removed the own second factor",
  "session.begin": "signed in",
  "place.list": "listed the places of logs",
  "screenshot.view": "looked at a screenshot",
  "session.refuse": "was refused at signing in",
  "team.add": "added a team",
  "team.delete": "deleted a team",
  "team.set_managers": "changed the managers of a team",
  "team.set_members": "changed the members of a team",
  "thumbnail.view": "saw a thumbnail",
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
