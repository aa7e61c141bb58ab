"""How often an agent sends a heartbeat, as it says itself."""

USUAL_SECONDS = 300

LONGER = f"""
make_interval(secs => CASE jsonb_typeof(p.health -> 'heartbeat_seconds') WHEN 'number' THEN
  least(greatest((p.health ->> 'heartbeat_seconds')::numeric, 5), 3600)::float8 - {USUAL_SECONDS}
  ELSE 0 END)"""
"""By how much its interval is longer than the usual one; `p` is its row of agent_presence."""
