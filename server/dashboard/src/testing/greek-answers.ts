/** Responses of a server whose data has Greek names, so that Latin letters on a page are texts of the dashboard. */
import { HttpResponse, http } from "msw"
import type { components } from "@/api/schema"
import { ADMIN, NOW, SITE } from "@/testing/server"

type Schemas = components["schemas"]

const PLACE = { country: "GR", city: "Αθήνα", latitude: 38, longitude: 23.7, accuracy_km: 20 }
const ZONE = "+02:00"
const PERSON = { employee_id: 4, username: "άννα" }
const DEVICE = { agent_id: 7, hostname: "φορητός-7" }

const LOG: Schemas["LogEntry"] = {
  ...PERSON,
  ...DEVICE,
  kind: "log",
  log_id: "2026-11-23.7.1",
  workday: "2026-11-23",
  slot: 1,
  timestamp: "2026-11-23T09:40:12Z",
  received_at: "2026-11-23T09:50:12Z",
  time_zone: ZONE,
  local_ip: "192.168.1.20",
  public_ip: null,
  location: PLACE,
  screenshot: { hidden_windows: 2, black_monitors: 1, monitors: 2, notified: true },
  screenshot_status: "locked",
  screenshot_url: null,
  thumbnail_url: null,
  facts: {},
  absent: {},
  reason: null,
  awake_from: null,
  awake_until: null,
  held: true,
}
const NOWHERE: Schemas["LogEntry"] = {
  ...LOG,
  log_id: "2026-11-23.7.2",
  slot: 0,
  location: null,
  local_ip: null,
  screenshot: { blurred: true },
  screenshot_status: "denied",
}
const MISSED: Schemas["LogEntry"] = { ...LOG, kind: "missed", log_id: null, slot: 2 }

const SESSIONS: Schemas["SessionInfo"][] = [true, false].map((is_current) => ({
  session_id: String(is_current),
  browser: null,
  created_at: NOW,
  last_used_at: null,
  expires_at: NOW,
  is_current,
}))

const LINK: Schemas["OpenLink"] = { username: "μαρία", kind: "invitation", expires_at: NOW }

const STEPS: Schemas["StepState"]["step"][] = [
  "address",
  "enrollment_token",
  "notice",
  "device",
  "alerts",
  "backup",
  "geoip",
  "second_factor",
]

const COLUMN: Schemas["FactColumn"] = {
  fact: "δίσκος.κλειδωμένος",
  plugin: "δίσκος",
  name: "κλειδωμένος",
  label: "κλειδωμένος",
  what: "κλειδωμένος",
  why: "κλοπή",
  personal: "no",
  type: "bool",
  unit: "",
  choices: [],
  occasions: ["detailed_log"],
  devices: 4,
  differs: 1,
}
const DECLARED: Schemas["LogFact"] = { column: COLUMN, value: true, missing: "" }
const PLUGIN: Schemas["PluginFacts"] = {
  plugin: "δίσκος",
  kind: "collector",
  devices: 4,
  versions: [],
  facts: [COLUMN],
}
const RULE: Schemas["FactRule"] = {
  rule_id: 1,
  name: "κανόνας",
  where: "δίσκος.κλειδωμένος is false",
  hours: 24,
  created_at: NOW,
  created_by: "user:μαρία",
}

const ALERT: Schemas["Alert"] = {
  ...PERSON,
  ...DEVICE,
  alert_id: 1,
  kind: "device_silent",
  display_name: "Άννα",
  text: "κλειστό",
  raised_at: NOW,
  resolved_at: null,
}
const ALERT_RULE: Schemas["AlertRule"] = {
  kind: "device_silent",
  enabled: true,
  threshold: 4,
  unit: "working_hours",
  notifies_employee: true,
}
const CHANNEL: Schemas["Channel"] = {
  channel_id: 1,
  name: "κανάλι",
  kind: "email",
  shown: "κλειστό",
  topics: ["alerts"],
  team_id: null,
  team: null,
  working_hours_only: false,
  created_at: NOW,
  created_by: "user:μαρία",
  waiting: 0,
  problem: null,
}
const MAIL: Schemas["Message"] = {
  message_id: 1,
  recipient: "κανάλι",
  channel_id: 1,
  event: "alert.raised",
  subject: "κλειστό",
  created_at: NOW,
  next_attempt: null,
  attempts: 1,
  state: "sent",
  ended_at: NOW,
  problem: null,
}

const AGENT: Schemas["AgentRow"] = {
  ...PERSON,
  ...DEVICE,
  agent_uuid: "7",
  platform: "ΛΣ",
  agent_version: "1",
  enrolled_at: NOW,
  enrolled_with: "Αθήνα",
  facts: {},
  revoked_at: null,
  state: "online",
  status: null,
  last_seen: NOW,
  skew_seconds: 12,
  time_zone: ZONE,
  queued: 3,
  attention: [],
  health: {
    notice: { shown_at: NOW, holds: "κλειστό" },
    collected: { fingerprint: "7", since: NOW, open_changes: 2 },
    start_notice: { problem: "κλειστό" },
  },
  duplicate: false,
  certain: false,
  blocked: false,
  settings: "7".repeat(64),
}
const REVOKED: Schemas["AgentRow"] = {
  ...AGENT,
  agent_id: 8,
  revoked_at: NOW,
  last_seen: null,
  blocked: true,
  enrolled_with: null,
}

const FLEET: Schemas["Fleet"] = {
  devices: 6,
  minimum_version: "1",
  newest_version: "3",
  versions: (["current", "outdated", "too_old", "unknown"] as const).map((state, index) => ({
    version: state === "unknown" ? "" : `${3 - index}`,
    devices: 2,
    state,
  })),
  systems: [
    { system: "linux", devices: 4 },
    { system: "other", devices: 2 },
  ],
  settings: [
    {
      fingerprint: "7".repeat(64),
      devices: 4,
      versions: ["2"],
      agreement: { label: "συμφωνία", agreed_by: "user:μαρία", agreed_at: NOW },
    },
    { fingerprint: "8".repeat(64), devices: 1, versions: ["2"], agreement: null },
    { fingerprint: null, devices: 1, versions: ["1"], agreement: null },
  ],
  differing: 1,
}

const KIND_NUMBERS = { windows: 1, macos: 2, debian: 3, rpm: 4, plain: 5, contents: 6 }

const slot = (number: number, part: Partial<Schemas["SlotOutcome"]>): Schemas["SlotOutcome"] => ({
  slot: number,
  outcome: "log",
  log: null,
  reason: null,
  ...part,
})
const AGENT_DAY: Schemas["AgentDay"] = {
  agent: AGENT,
  time_zone: ZONE,
  slots: [
    slot(1, { log: LOG }),
    slot(2, { outcome: "missed", awake_from: "2026-11-23T08:00:00Z", awake_until: NOW }),
  ],
  test_logs: [NOWHERE],
  segments: [{ status: null, from: "2026-11-23T08:00:00Z", to: NOW }],
  heartbeats: [{ at: "2026-11-23T08:00:00Z", status: "ναι" }],
  online_seconds: 4000,
}
const emptyDay = (outcome: Schemas["Outcome"]): Schemas["AgentDay"] => ({
  ...AGENT_DAY,
  agent: { ...AGENT, agent_id: outcome.length, health: null, last_seen: null },
  slots: [slot(1, { outcome }), slot(2, { outcome: "open" })],
  test_logs: [],
  segments: [],
  heartbeats: [],
})
const DAY: Schemas["EmployeeDay"] = {
  ...PERSON,
  teams: ["Πωλήσεις"],
  workday: "2026-11-23",
  zone: "UTC",
  from: "2026-11-23T00:00:00Z",
  to: "2026-11-24T00:00:00Z",
  agents: [AGENT_DAY, emptyDay("weekend"), emptyDay("day_off"), emptyDay("unknown")],
  looks: [{ audit_id: 1, at: NOW, actor: "user:μαρία", action: "day.view", reason: "έλεγχος" }],
}
const PROFILE = {
  display_name: "Μαρία Παππά",
  email: "μαρία@παράδειγμα.ελ",
  manager: "νίκος",
  time_zone: ZONE,
  country: "GR",
  region: "Α",
  status: "on_leave",
} satisfies Partial<Schemas["EmployeeRow"]>
const EMPLOYEE_ROW: Schemas["EmployeeRow"] = {
  ...PERSON,
  display_name: null,
  email: null,
  manager: null,
  time_zone: null,
  country: null,
  region: null,
  status: "active",
  further_usernames: [],
  teams: [],
  agents: 2,
  state: "online",
  last_seen: NOW,
}
const EMPLOYEE: Schemas["Employee"] = {
  ...PERSON,
  ...PROFILE,
  further_usernames: ["μαρία"],
  teams: ["Πωλήσεις"],
  created_at: NOW,
  zone: "UTC",
  held_since: null,
  agents: [AGENT],
  days: [{ workday: "2026-11-23", heartbeats: 50, logs: 1, missed: 1 }],
}
const PRESENCE: Schemas["PresenceRow"] = {
  ...PERSON,
  display_name: PROFILE.display_name,
  ...DEVICE,
  teams: ["Πωλήσεις"],
  state: "online",
  status: null,
  last_seen: "2026-11-23T11:00:00Z",
  skew_seconds: 0,
  agent_version: "1",
  platform: "ΛΣ",
  logs_today: 1,
  queued: 0,
  attention: ["Πρόβλημα."],
  time_zone: ZONE,
  rest: null,
  heartbeat_seconds: null,
}
const ENTRY = {
  audit_id: 9,
  at: NOW,
  actor: "cli:μαρία",
  action: "export.csv",
  reason: "έλεγχος",
  details: { rows: 3 },
  employee_count: 7,
  employees: [PERSON, { employee_id: 5, username: null }],
}
const TOKEN: Schemas["EnrollmentTokenRow"] = {
  token_id: 1,
  label: "Αθήνα",
  uses: 2,
  use_limit: 5,
  needs_approval: true,
  agents: 2,
  created_at: NOW,
  expires_at: null,
  revoked_at: null,
}
const KEY: Schemas["ApiKey"] = {
  key_id: 1,
  label: "μισθοδοσία",
  scope: "audit",
  username: "μαρία",
  created_at: NOW,
  expires_at: "2100-01-01T00:00:00Z",
  revoked_at: null,
}
const COMPANY: Schemas["HolderName"] = {
  team_id: null,
  team: null,
  employee_id: null,
  username: null,
  display_name: null,
}
const TEAM = { ...COMPANY, team_id: 1, team: "Πωλήσεις" }
const HOURS = [{ begin: "22:00", end: "06:00" }]
const WEEK = { mon: HOURS, tue: HOURS, wed: [], thu: HOURS, fri: [], sat: [], sun: [] }
const LEAVE: Schemas["LeaveRow"] = {
  ...PERSON,
  leave_id: 1,
  display_name: PROFILE.display_name,
  first_day: "2026-12-24",
  last_day: "2026-12-31",
  feed: null,
}
const FEED: Schemas["LeaveFeedRow"] = {
  feed_id: 1,
  name: "Άδειες",
  host: "παράδειγμα.ελ",
  employee: null,
  created_at: NOW,
  fetched_at: NOW,
  problem: null,
  range_count: 2,
  unmatched_count: 1,
}
const RUN = { started_at: NOW, ended_at: NOW, counts: {} }
const COUNTS = { partitions_dropped: 2, screenshots_deleted: 3 }

const ANSWERS: Record<string, object> = {
  session: { ...ADMIN, username: "μαρία" },
  site: { ...SITE, is_sample: true },
  oidc: { enabled: true, name: null },
  presence: {
    today: "2026-11-23",
    online_seconds: 360,
    overdue_seconds: 960,
    without_device: [],
    waiting_for_approval: 0,
    counts: {},
    rows: [
      PRESENCE,
      { ...PRESENCE, agent_id: 8, rest: "weekend", logs_today: 0 },
      { ...PRESENCE, agent_id: 9, employee_id: 5, username: "νίκος", state: "never" },
    ],
  },
  teams: {
    teams: [
      { team_id: 1, name: "Πωλήσεις", managers: ["μαρία"], member_count: 2 },
      { team_id: 2, name: "Αγορές", managers: [], member_count: 0 },
    ],
  },
  "teams/:id": {
    team_id: 1,
    name: "Πωλήσεις",
    managers: ["μαρία"],
    member_count: 1,
    members: [PERSON],
  },
  employees: {
    rows: [
      { ...EMPLOYEE_ROW, ...PROFILE },
      { ...EMPLOYEE_ROW, employee_id: 5, agents: 0, last_seen: null, status: "left" },
    ],
    next_page: "2",
  },
  "employees/import": {
    last: { imported_at: NOW, imported_by: "user:μαρία", added: 1, changed: 2 },
  },
  "employees/:id": EMPLOYEE,
  "employees/:id/days/:day": DAY,
  schedules: {
    schedules: [
      { schedule_id: 1, holder: COMPANY, valid_from: "2026-01-01", week: WEEK },
      { schedule_id: 2, holder: TEAM, valid_from: "2026-06-01", week: null },
    ],
  },
  holidays: {
    regions: [
      { region_id: 1, holder: TEAM, country: "GR", region: "Α" },
      { region_id: 2, holder: { ...COMPANY, ...PERSON }, country: null, region: null },
    ],
    days: [
      { change_id: 1, holder: COMPANY, day: "2026-12-24", is_holiday: true, name: "Παραμονή" },
      { change_id: 2, holder: TEAM, day: "2026-12-25", is_holiday: false, name: null },
    ],
  },
  "holidays/countries": { countries: [{ country: "GR", regions: [] }] },
  leave: {
    first: "2026-10-23",
    last: "2027-11-24",
    leave: [LEAVE, { ...LEAVE, leave_id: 2, feed: "Άδειες" }],
    more: true,
  },
  "leave/feeds": {
    feeds: [FEED, { ...FEED, feed_id: 2, fetched_at: null, employee: { ...COMPANY, ...PERSON } }],
  },
  "planned-days": {
    first: "2026-01-01",
    last: "2026-12-31",
    today: "2026-11-23",
    rows: [{ ...PERSON, display_name: PROFILE.display_name, days: "wohl-".repeat(73) }],
    more: true,
  },
  logs: {
    from: "2026-10-24",
    to: "2026-11-23",
    rows: [LOG, NOWHERE, MISSED],
    next_page: "2",
    count: null,
  },
  "logs/:id": { ...LOG, extra: {}, declared: [DECLARED], sha256: null, older: null, newer: null },
  facts: { plugins: [PLUGIN] },
  "facts/devices": {
    columns: [COLUMN],
    rows: [{ ...PERSON, ...DEVICE, last_seen: NOW, cells: [{ value: true, at: NOW }] }],
    next_page: "2",
    count: 200,
  },
  "facts/distribution/:fact": {
    column: COLUMN,
    devices: 4,
    missing: 1,
    values: [{ value: true, devices: 2 }],
    others: 1,
    ranges: [],
    least: null,
    median: null,
    most: null,
  },
  "fact-views": {
    views: [{ view_id: 1, name: "Αθήνα", plugin: "δίσκος", fact: [], where: [] }],
  },
  "fact-rules": { rules: [RULE, { ...RULE, rule_id: 2 }], unusable: [2] },
  "fact-alerts": {
    alerts: [
      {
        ...PERSON,
        ...DEVICE,
        alert_id: 1,
        rule_id: 1,
        rule: "κανόνας",
        since: NOW,
        raised_at: NOW,
        resolved_at: null,
      },
    ],
  },
  alerts: {
    rows: [ALERT, { ...ALERT, alert_id: 2, kind: "server", employee_id: null, agent_id: null }],
    next_before: 2,
  },
  "alert-rules": {
    rules: [
      ALERT_RULE,
      { ...ALERT_RULE, kind: "logs_missed", unit: "working_days", notifies_employee: false },
      { ...ALERT_RULE, kind: "approval_pending", unit: "hours", threshold: 0 },
      { ...ALERT_RULE, kind: "screenshots_full", unit: "percent", enabled: false },
      { ...ALERT_RULE, kind: "fact", unit: null },
      { ...ALERT_RULE, kind: "employee_not_seen" },
    ],
  },
  channels: {
    channels: [
      CHANNEL,
      { ...CHANNEL, channel_id: 2, kind: "webhook", topics: ["devices", "audit"], waiting: 3 },
      { ...CHANNEL, channel_id: 3, kind: "service", team: "Πωλήσεις", problem: "κλειστό" },
    ],
    mail: false,
  },
  messages: {
    rows: [
      MAIL,
      { ...MAIL, message_id: 2, state: "waiting", problem: "κλειστό", next_attempt: NOW },
      { ...MAIL, message_id: 3, state: "failed", problem: "κλειστό" },
    ],
    next_before: 2,
  },
  subscription: { email: null, alerts: true, digest: "daily" },
  places: { places: [] },
  agents: { rows: [AGENT, REVOKED], next_page: "2" },
  fleet: FLEET,
  "device-bundles": { public_url: "https://κ.gr", ca_file: "αρχή", ca_problem: null },
  downloads: {
    is_set: true,
    newest_version: "1",
    files: (["windows", "macos", "debian", "rpm", "plain", "contents"] as const).map((kind) => ({
      name: `αρχείο-${KIND_NUMBERS[kind]}`,
      kind,
      version: "1",
      size_bytes: 1_400_000,
      sha256: "7".repeat(64),
      signature: null,
    })),
    ignored: ["αρχείο"],
    problem: null,
  },
  "enrolment-requests": {
    requests: [
      { ...DEVICE, username: "άννα", agent_uuid: "1", token_id: 1, platform: "ΛΣ" },
      { ...DEVICE, username: "νίκος", agent_uuid: "2", token_id: 1, platform: "ΛΣ" },
    ].map((device, index) => ({
      ...device,
      requested_at: NOW,
      approved_at: index === 0 ? null : NOW,
    })),
    waiting: 2,
    next_page: null,
  },
  blocks: {
    blocks: [
      { ...PERSON, is_erased: false },
      { ...PERSON, is_erased: true },
      { username: null, employee_id: null, is_erased: true },
    ].map((block, index) => ({
      ...block,
      block_id: index + 1,
      hostname: null,
      blocked_at: NOW,
      blocked_by: "user:άννα",
    })),
  },
  audit: { rows: [ENTRY, { ...ENTRY, audit_id: 8, action: "export.pdf" }], next_before: 1 },
  setup: { is_needed: true },
  account: { username: "μαρία", is_company: false },
  "account/sessions": { sessions: SESSIONS },
  "users/:user/sessions": { sessions: SESSIONS },
  "getting-started": {
    steps: STEPS.map((step) => ({ step, problem: "λείπει", is_dismissed: step === "geoip" })),
    backup: { made_at: NOW, verification: null },
  },
  "enrolment-tokens": {
    tokens: [
      TOKEN,
      { ...TOKEN, token_id: 2, use_limit: 2, needs_approval: false, expires_at: NOW },
    ],
  },
  keys: {
    keys: [KEY, { ...KEY, key_id: 2, expires_at: NOW }, { ...KEY, key_id: 3, revoked_at: NOW }],
  },
  users: {
    users: [1, 2].map((user_id) => ({
      user_id,
      username: "μαρία",
      role: "admin",
      teams: [],
      disabled: false,
      created_at: NOW,
      is_invited: user_id === 2,
      is_company: false,
      link_expires_at: user_id === 2 ? NOW : null,
    })),
    can_mail: true,
  },
  retention: {
    retention_days: 30,
    audit_retention_days: 365,
    oldest_kept: "2026-10-24",
    last_run: RUN,
    last_month: COUNTS,
    holds: [{ ...PERSON, held_since: NOW, held_by: "user:μαρία", reason: "υπόθεση" }],
    preview: COUNTS,
    problem: null,
  },
  "second-factor": { is_set_up: false },
  "my-session": { ...PERSON, expires_at: "2100-01-01T00:00:00Z" },
  "my-data": EMPLOYEE,
  "my-data/days/:day": DAY,
  "my-data/planned-days": {
    first: "2026-01-01",
    last: "2026-12-31",
    today: "2026-11-23",
    rows: [{ ...PERSON, display_name: PROFILE.display_name, days: "wohl-".repeat(73) }],
    more: false,
  },
  "my-data/attendance": { rows: [] },
  "my-data/audit": {
    rows: [{ audit_id: 1, at: NOW, actor: "employee:4", action: "log.view", reason: null }],
    next_before: 1,
  },
}

/** Every request of the dashboard has a response; changes succeed. */
export const greekAnswers = [
  ...Object.entries(ANSWERS).map(([path, answer]) =>
    http.get(`*/api/${path}`, () => HttpResponse.json({ ...answer, server_time: NOW })),
  ),
  http.post("*/api/account-link", () => HttpResponse.json({ ...LINK, server_time: NOW })),
]
