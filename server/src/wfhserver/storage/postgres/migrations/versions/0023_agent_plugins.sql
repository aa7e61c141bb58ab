-- A table of its own: a row of presence is written with every heartbeat, and this once after a change.
CREATE TABLE agent_plugins (
  agent_id int PRIMARY KEY REFERENCES agents ON DELETE CASCADE,
  plugins jsonb NOT NULL,
  reported_at timestamptz NOT NULL
);
