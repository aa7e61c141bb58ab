"""The durable queue: one SQLite file; the only SQL in the agent."""
