-- Every unique key of a big table contains agent_id, so that Citus can distribute by it.

CREATE TABLE employees (
  employee_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  username text NOT NULL UNIQUE,
  created_at timestamptz NOT NULL
);

CREATE TABLE enrollment_tokens (
  token_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  token_hash bytea NOT NULL UNIQUE,
  label text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  revoked_at timestamptz,
  use_limit int CHECK (use_limit > 0),
  uses int NOT NULL DEFAULT 0
);

CREATE TABLE agents (
  agent_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  employee_id int NOT NULL REFERENCES employees,
  agent_uuid uuid NOT NULL UNIQUE,
  hostname text NOT NULL,
  platform text NOT NULL,
  agent_version text NOT NULL,
  token_hash bytea NOT NULL UNIQUE,
  -- Valid until the new token is first used: an answer lost on the way locks nobody out.
  previous_token_hash bytea,
  enrollment_token int REFERENCES enrollment_tokens,
  enrolled_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE INDEX agents_employee_id ON agents (employee_id);
CREATE INDEX agents_previous_token_hash ON agents (previous_token_hash)
  WHERE previous_token_hash IS NOT NULL;

-- A lookup table, so that a heartbeat carries two bytes of status.
CREATE TABLE heartbeat_statuses (
  status smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE
);
INSERT INTO heartbeat_statuses (name) VALUES ('online'), ('other');

-- One row per agent, made at enrolment, updated by every heartbeat. Half-empty pages and no
-- index on what changes: the updates stay on their page and leave no index work.
CREATE TABLE agent_presence (
  agent_id int PRIMARY KEY REFERENCES agents,
  status smallint REFERENCES heartbeat_statuses,
  last_seen timestamptz,
  last_seq bigint,
  skew_seconds float8,
  agent_version text,
  health jsonb,
  -- The newest facts of further plugins; the history of heartbeats keeps none, to stay small.
  extra jsonb
) WITH (fillfactor = 50);

-- The order of the columns wastes no padding. No unique index: duplicates are kept out by
-- agent_presence.last_seq. No foreign keys: each would cost a lookup per heartbeat.
CREATE TABLE employee_heartbeats (
  "timestamp" timestamptz NOT NULL,
  agent_id int NOT NULL,
  status smallint NOT NULL
) PARTITION BY RANGE ("timestamp");
CREATE INDEX employee_heartbeats_agent_id_timestamp
  ON employee_heartbeats (agent_id, "timestamp") INCLUDE (status);

CREATE TABLE employee_logs (
  "timestamp" timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  agent_id int NOT NULL,
  workday date NOT NULL,
  slot smallint NOT NULL CHECK (slot BETWEEN 0 AND 2),
  local_ip inet,
  public_ip inet,
  location jsonb,
  screenshot jsonb NOT NULL,
  screenshot_path text,
  screenshot_sha256 bytea,
  absent jsonb NOT NULL,
  extra jsonb NOT NULL
) PARTITION BY RANGE (workday);
CREATE UNIQUE INDEX employee_logs_slot ON employee_logs (workday, agent_id, slot)
  WHERE slot > 0;
CREATE UNIQUE INDEX employee_logs_test ON employee_logs (workday, agent_id, "timestamp")
  WHERE slot = 0;
CREATE INDEX employee_logs_agent_id_timestamp ON employee_logs (agent_id, "timestamp");

CREATE TABLE employee_missed_logs (
  agent_id int NOT NULL,
  workday date NOT NULL,
  slot smallint NOT NULL CHECK (slot IN (1, 2)),
  reason text NOT NULL,
  PRIMARY KEY (agent_id, workday, slot)
);
CREATE INDEX employee_missed_logs_workday ON employee_missed_logs (workday);

CREATE VIEW heartbeats_by_employee AS
SELECT e.username, a.hostname, s.name AS status, h."timestamp"
  FROM employee_heartbeats AS h
  JOIN agents AS a USING (agent_id)
  JOIN employees AS e USING (employee_id)
  JOIN heartbeat_statuses AS s ON s.status = h.status;

CREATE VIEW logs_by_employee AS
SELECT e.username, a.hostname, l.local_ip, l.public_ip, l.location, l.screenshot_path,
       l."timestamp", l.workday, l.slot, l.screenshot ->> 'status' AS screenshot_status, l.absent
  FROM employee_logs AS l
  JOIN agents AS a USING (agent_id)
  JOIN employees AS e USING (employee_id);
