-- Each start of an agent has its own number. One that comes back after another was seen means
-- that two copies of the agent run at once.
ALTER TABLE agent_presence
  ADD COLUMN run_id text,
  ADD COLUMN earlier_runs text[] NOT NULL DEFAULT '{}',
  ADD COLUMN run_returned_at timestamptz,
  ADD COLUMN copied_at timestamptz;
