-- The newest facts of detailed logs, by device: finding them among all logs would take seconds.
CREATE TABLE agent_log_facts (
  agent_id int PRIMARY KEY REFERENCES agents ON DELETE CASCADE,
  "timestamp" timestamptz NOT NULL,
  workday date NOT NULL,
  extra jsonb NOT NULL,
  absent jsonb NOT NULL
);

-- Columns and filters of the page "Facts" under a name.
CREATE TABLE fact_views (
  view_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id int NOT NULL REFERENCES users ON DELETE CASCADE,
  name text NOT NULL,
  plugin text,
  facts text[] NOT NULL,
  filters text[] NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (user_id, name)
);

-- When a fact raises an alert: *filter* holds for *after*.
CREATE TABLE fact_rules (
  rule_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE,
  filter text NOT NULL,
  after interval NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL
);

-- Since when the filter of a rule holds for a device. Raised after the time of the rule, resolved
-- when it holds no more.
CREATE TABLE fact_alerts (
  alert_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  rule_id int NOT NULL REFERENCES fact_rules ON DELETE CASCADE,
  agent_id int NOT NULL REFERENCES agents ON DELETE CASCADE,
  since timestamptz NOT NULL,
  raised_at timestamptz,
  resolved_at timestamptz
);
CREATE UNIQUE INDEX fact_alerts_open ON fact_alerts (rule_id, agent_id) WHERE resolved_at IS NULL;
CREATE INDEX fact_alerts_agent_id ON fact_alerts (agent_id);

ALTER TABLE api_keys DROP CONSTRAINT api_keys_scope_check,
  ADD CONSTRAINT api_keys_scope_check CHECK (scope IN ('export', 'audit', 'facts'));
