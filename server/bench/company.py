"""A large company for benchmarks, made in PostgreSQL: people in teams, their agents, their logs."""

from datetime import datetime, timedelta
from typing import Any

from wfhserver.testing import NOW

PEOPLE = """
INSERT INTO employees (username, created_at)
SELECT 'firstname.last' || n, $1 FROM generate_series(1, $2::int) AS n
"""
AGENTS = """
INSERT INTO agents (agent_uuid, employee_id, hostname, platform, agent_version, token_hash,
                    enrolled_at)
SELECT gen_random_uuid(), employee_id, 'DESKTOP-' || lpad(employee_id::text, 7, 'X'),
       'Windows-10-10.0.19045', '0.1.0', sha256(employee_id::text::bytea), $1
  FROM employees ORDER BY employee_id
"""
PRESENCE = """
INSERT INTO agent_presence (agent_id, status, last_seen, skew_seconds, agent_version, health,
                            time_zone)
SELECT agent_id, 1, $1::timestamptz - agent_id % 1200 * interval '1 s', agent_id % 7 - 3.25,
       '0.1.0', jsonb_build_object('queued_heartbeats', 0, 'queued_logs', (agent_id % 20 = 0)::int,
         'refused', 0, 'dropped_heartbeats', 0, 'dropped_logs', 0, 'size_bytes', 81920),
       (ARRAY['Europe/Vienna', 'Europe/Lisbon', 'Asia/Kolkata'])[agent_id % 3 + 1]
  FROM agents
"""
TEAMS = """
WITH made AS (INSERT INTO teams (name, created_at)
              SELECT 'Team ' || n, $1 FROM generate_series(1, 100) AS n RETURNING team_id)
INSERT INTO team_members (employee_id, team_id)
SELECT e.employee_id, m.team_id
  FROM employees AS e
  JOIN (SELECT team_id, row_number() OVER () AS n FROM made) AS m ON m.n = e.employee_id % 100 + 1
"""
# Both slots of everybody, at times of the day that follow no order of the agents.
LOGS = """
INSERT INTO employee_logs ("timestamp", received_at, agent_id, workday, slot, local_ip, public_ip,
                           location, screenshot, screenshot_path, absent, extra)
SELECT $1::date + interval '7 h' + (hashint4(a.agent_id * s.slot) & 32767) * interval '1 s',
       $1::date + interval '7 h', a.agent_id, $1::date, s.slot, '192.168.1.20', '203.0.113.7',
       '{"country": "AT", "city": "Graz"}', '{"status": "taken", "width": 1600, "height": 900}',
       $1::date || '/0b0d9d38-1f5c-4f0e-9a53-0f5d7f7a6f11-1-0123456789abcdef-01234567.webp',
       '{}', '{}'
  FROM agents AS a CROSS JOIN (VALUES (1), (2)) AS s (slot)
"""
# The agents of one of the hundred teams.
TEAM = """
SELECT agent_id FROM agents JOIN team_members USING (employee_id)
 WHERE team_id = (SELECT min(team_id) FROM teams)
"""
ANALYZE = "VACUUM (ANALYZE) employees, agents, agent_presence, team_members, employee_logs"


async def fill(connection: Any, *, people: int, days: int, now: datetime = NOW) -> None:
    """Store *people* in a hundred teams, with two logs on each of the last *days*."""
    await connection.execute(PEOPLE, now, people)
    await connection.execute(AGENTS, now)
    await connection.execute(PRESENCE, now)
    await connection.execute(TEAMS, now)
    for day in range(days):
        await connection.execute(LOGS, now.date() - timedelta(days=day))
    await connection.execute(ANALYZE)
