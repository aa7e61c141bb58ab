-- Where alerts and events go. *address* and *secret* are never shown after they were saved; *shown*
-- says of the address what everybody may know.
CREATE TABLE alert_channels (
  channel_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE,
  kind text NOT NULL CHECK (kind IN ('email', 'webhook', 'service')),
  address text NOT NULL,
  secret text,
  shown text NOT NULL,
  topics text[] NOT NULL,
  team_id int REFERENCES teams ON DELETE CASCADE,
  working_hours_only boolean NOT NULL,
  -- The last entry of the audit log that was put into a message.
  audit_id bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL
);
CREATE INDEX alert_channels_team_id ON alert_channels (team_id) WHERE team_id IS NOT NULL;

-- What is sent to whom. A message has a channel, or the e-mail address of a person. *target* is what
-- can be away: the mail server, or one channel. *key* names the event and the receiver, so that
-- nothing is sent twice. *employee_ids* are those whom it names.
CREATE TABLE messages (
  message_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key text NOT NULL UNIQUE,
  channel_id int REFERENCES alert_channels ON DELETE CASCADE,
  email text,
  recipient text NOT NULL,
  target text NOT NULL,
  event text NOT NULL,
  subject text NOT NULL,
  body text NOT NULL,
  employee_ids int[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL,
  next_attempt timestamptz NOT NULL,
  attempts int NOT NULL DEFAULT 0,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed')),
  ended_at timestamptz,
  problem text
);
CREATE INDEX messages_waiting ON messages (target, message_id) WHERE state = 'waiting';
CREATE INDEX messages_channel_id ON messages (channel_id);
CREATE INDEX messages_employee_ids ON messages USING gin (employee_ids);

-- Rules that differ from their defaults.
CREATE TABLE alert_rules (
  kind text PRIMARY KEY,
  enabled boolean NOT NULL,
  threshold int NOT NULL,
  notifies_employee boolean NOT NULL
);

-- *subject* is what the alert is about: a device, an employee, a part of the server. Each of the
-- times is null until it happens; what was resolved before it was announced is never announced.
CREATE TABLE alerts (
  alert_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL,
  subject text NOT NULL,
  employee_id int REFERENCES employees ON DELETE CASCADE,
  agent_id int REFERENCES agents ON DELETE CASCADE,
  detail text NOT NULL DEFAULT '',
  raised_at timestamptz NOT NULL,
  announced_at timestamptz,
  resolved_at timestamptz,
  resolution_announced_at timestamptz
);
CREATE UNIQUE INDEX alerts_open ON alerts (kind, subject) WHERE resolved_at IS NULL;
CREATE INDEX alerts_employee_id ON alerts (employee_id);
CREATE INDEX alerts_agent_id ON alerts (agent_id);

-- Which users get e-mails about the employees whom they see.
CREATE TABLE alert_subscriptions (
  user_id int PRIMARY KEY REFERENCES users ON DELETE CASCADE,
  email text NOT NULL,
  alerts boolean NOT NULL,
  digest text NOT NULL CHECK (digest IN ('none', 'daily', 'weekly')),
  -- When the last digest was made, or the subscription.
  digest_at timestamptz NOT NULL
);

ALTER TABLE api_keys DROP CONSTRAINT api_keys_scope_check,
  ADD CONSTRAINT api_keys_scope_check CHECK (scope IN (
    'export', 'audit', 'facts', 'presence', 'employees', 'attendance', 'logs', 'alerts'));
