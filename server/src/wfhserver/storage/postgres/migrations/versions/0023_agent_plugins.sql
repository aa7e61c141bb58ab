-- Hundreds of devices have the same plugins: what they declare is stored once.
CREATE TABLE plugin_sets (
  plugin_set_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest bytea NOT NULL UNIQUE,
  plugins jsonb NOT NULL,
  reported_at timestamptz NOT NULL
);

-- A table of its own: a row of presence is written with every heartbeat, and this once after a change.
CREATE TABLE agent_plugins (
  agent_id int PRIMARY KEY REFERENCES agents ON DELETE CASCADE,
  plugin_set_id int NOT NULL REFERENCES plugin_sets,
  reported_at timestamptz NOT NULL
);
CREATE INDEX agent_plugins_plugin_set_id ON agent_plugins (plugin_set_id);
