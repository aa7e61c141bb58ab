-- A link and a session open somebody's data only while the agent that asked for them may.
ALTER TABLE my_data_links ADD COLUMN agent_id int REFERENCES agents ON DELETE CASCADE;
ALTER TABLE my_sessions ADD COLUMN agent_id int REFERENCES agents ON DELETE CASCADE;
CREATE INDEX my_data_links_agent_id ON my_data_links (agent_id);
CREATE INDEX my_sessions_agent_id ON my_sessions (agent_id);

-- A device that waits for approval asks again; one that stopped asking makes room for others.
ALTER TABLE enrollment_requests ADD COLUMN asked_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX enrollment_requests_requested_at ON enrollment_requests (requested_at, agent_uuid);
