"""Agents for a benchmark, whose tokens are known: each device may only send so much."""

from wfhserver.testing import TestServer

_ADD = """
WITH employee AS (
  INSERT INTO employees (username, created_at) VALUES ('bench', now())
  ON CONFLICT (username) DO UPDATE SET username = excluded.username RETURNING employee_id
), added AS (
  INSERT INTO agents (agent_uuid, employee_id, hostname, platform, agent_version, token_hash,
                      enrolled_at)
  SELECT gen_random_uuid(), employee_id, 'bench', '', '', sha256(('wfha_' || n)::bytea), now()
    FROM employee, generate_series($1::int, $2::int) AS n
  RETURNING agent_id
)
INSERT INTO agent_presence (agent_id) SELECT agent_id FROM added
"""


def add_agents(server: TestServer, count: int, *, first: int = 1) -> list[str]:
    """Add agents of the user and host `bench`; return their tokens, numbered from *first*."""
    server.execute(_ADD, first, first + count - 1)
    return [f"wfha_{number}" for number in range(first, first + count)]
