"""The statements that store heartbeats."""

from wfhserver.storage.postgres.agents import IDENTITY_CERTAIN
from wfhserver.storage.postgres.latest_facts import LATEST_FACTS

# In the order of KnownAgent's fields, behind the hash.
FIND_AGENTS = """
SELECT a.token_hash, a.agent_id, a.agent_uuid,
       coalesce(a.reported_username, e.username) AS username,
       a.hostname,
       a.revoked_at IS NOT NULL AS revoked, a.previous_token_hash IS NOT NULL AS confirms,
       p.last_seq, a.blocked, p.run_id,
       e.calendar_revision
  FROM agents AS a
  JOIN employees AS e USING (employee_id)
  JOIN agent_presence AS p USING (agent_id)
 WHERE a.token_hash = ANY ($1::bytea[])
"""
# Those that have not used their new token yet.
FIND_LATE_AGENTS = """
SELECT a.previous_token_hash, a.agent_id, a.agent_uuid,
       coalesce(a.reported_username, e.username) AS username, a.hostname,
       a.revoked_at IS NOT NULL AS revoked, false AS confirms, p.last_seq, a.blocked, p.run_id,
       e.calendar_revision
  FROM agents AS a
  JOIN employees AS e USING (employee_id)
  JOIN agent_presence AS p USING (agent_id)
 WHERE a.previous_token_hash = ANY ($1::bytea[])
"""
# What is read after the wait is what the other writer has committed. In order: no deadlock.
LOCKED = " ORDER BY p.agent_id FOR UPDATE OF p"

ADD_HISTORY = """
INSERT INTO employee_heartbeats ("timestamp", agent_id, status)
SELECT * FROM unnest($1::timestamptz[], $2::int[], $3::smallint[])
"""

# For each a search in the partition of its day, by the index that begins with the agent. The last
# line leaves out the nodes of Citus that have none of these agents.
STORED_MOMENTS = """
SELECT h.agent_id, h."timestamp"
  FROM unnest($1::int[], $2::timestamptz[]) AS m (agent_id, moment)
  JOIN employee_heartbeats AS h ON h.agent_id = m.agent_id AND h."timestamp" = m.moment
 WHERE h.agent_id = ANY ($1::int[])
"""

# The columns of a change, with their types.
_FACTS = {"agent_version": "text", "health": "jsonb", "extra": "jsonb", **LATEST_FACTS}
CHANGE = {
    "agent_id": "int",
    "last_seen": "timestamptz",
    "status": "smallint",
    "skew_seconds": "float8",
    "last_seq": "bigint",
    **_FACTS,
    "known_seq": "bigint",
}
_LATEST = f"${len(CHANGE) + 1}"
# The newest facts win; a backlog (older than last_seen) only fills what is still empty. What was
# seen after _LATEST was seen by a clock that was wrong, and is no newer than anything.
_IS_OLDER = f"p.last_seen > c.last_seen AND p.last_seen <= {_LATEST}"
_SET_FACTS = ", ".join(
    f"{name} = CASE WHEN {_IS_OLDER} THEN coalesce(p.{name}, c.{name}::{kind})"
    f" ELSE coalesce(c.{name}::{kind}, p.{name}) END"
    for name, kind in _FACTS.items()
)
# JSON comes as text.
_ARRAYS = ", ".join(
    f"${number}::{kind.replace('jsonb', 'text')}[]"
    for number, kind in enumerate(CHANGE.values(), start=1)
)
UPDATE_PRESENCE = f"""
UPDATE agent_presence AS p
   SET last_seen = CASE WHEN {_IS_OLDER} THEN p.last_seen ELSE c.last_seen END,
       last_seq = greatest(p.last_seq, c.last_seq),
       status = CASE WHEN {_IS_OLDER} THEN p.status ELSE c.status END,
       skew_seconds = CASE WHEN {_IS_OLDER}
                           THEN p.skew_seconds ELSE c.skew_seconds END,
       {_SET_FACTS}
  FROM unnest({_ARRAYS}) AS c ({", ".join(CHANGE)})
 WHERE p.agent_id = c.agent_id AND p.last_seq IS NOT DISTINCT FROM c.known_seq
RETURNING p.agent_id
"""  # noqa: S608 -- our own condition

# Not correlated with the unnest: Citus could not plan that.
ADD_MISSED = """
INSERT INTO employee_missed_logs (workday, agent_id, slot, reason, awake_from, awake_until)
SELECT m.* FROM unnest($1::date[], $2::int[], $3::smallint[], $4::text[], $5::timestamptz[],
                       $6::timestamptz[])
         AS m (workday, agent_id, slot, reason, awake_from, awake_until)
 WHERE (m.workday, m.agent_id, m.slot) NOT IN (
   SELECT workday, agent_id, slot FROM employee_logs
    WHERE workday = ANY ($1::date[]) AND agent_id = ANY ($2::int[]) AND slot > 0)
ON CONFLICT (agent_id, workday, slot) DO UPDATE
   SET reason = excluded.reason, awake_from = excluded.awake_from,
       awake_until = excluded.awake_until
"""

# Devices with the same plugins share a set. In order: no deadlock.
SET_PLUGINS = """
WITH reported AS (
  SELECT agent_id, plugins, sha256(convert_to(plugins, 'UTF8')) AS digest, at
    FROM unnest($1::int[], $2::text[], $3::timestamptz[]) AS r (agent_id, plugins, at)),
sets AS (
  INSERT INTO plugin_sets (digest, plugins, reported_at)
  SELECT digest, min(plugins)::jsonb, max(at) FROM reported GROUP BY digest ORDER BY digest
  ON CONFLICT (digest) DO UPDATE SET reported_at = excluded.reported_at
  RETURNING plugin_set_id, digest)
INSERT INTO agent_plugins (agent_id, plugin_set_id, reported_at)
SELECT agent_id, plugin_set_id, at FROM reported JOIN sets USING (digest)
ON CONFLICT (agent_id) DO UPDATE
   SET plugin_set_id = excluded.plugin_set_id, reported_at = excluded.reported_at
"""

# An agent that may be another person's under the same name does not get the days of others.
SAME_DEVICE = f"""
SELECT a.agent_id AS asking, other.agent_id
  FROM agents AS a JOIN agents AS other USING (employee_id, hostname)
 WHERE a.agent_id = ANY ($1::int[]) AND other.agent_id <> a.agent_id AND {IDENTITY_CERTAIN}
"""  # noqa: S608 -- our own condition
SLOTS_OF = """
SELECT agent_id, workday, slot FROM employee_logs
 WHERE workday = ANY ($1::date[]) AND agent_id = ANY ($2::int[]) AND slot > 0
"""

# Finds nothing, on every shard.
ASK_EVERY_NODE = "SELECT slot FROM employee_missed_logs WHERE workday = '-infinity'"

MARK_LATE = """
INSERT INTO attendance_late (agent_id, day, marked_at)
SELECT agent_id, day, $3 FROM unnest($1::int[], $2::date[]) AS l (agent_id, day)
"""

END_OLDER_TOKENS = """
UPDATE agents SET previous_token_hash = NULL WHERE agent_id = ANY ($1::int[])
"""

READ_STATUSES = "SELECT name, status FROM heartbeat_statuses"
ADD_STATUSES = """
INSERT INTO heartbeat_statuses (name)
SELECT name FROM unnest($1::text[]) AS name ORDER BY name ON CONFLICT DO NOTHING
"""

# Presence and history in one statement, which needs no transaction around it. For few: each row of
# the history looks for its agent among those that were updated.
_HISTORY = ", ".join(
    f"${len(CHANGE) + 2 + number}::{kind}[]"
    for number, kind in enumerate(("timestamptz", "int", "smallint"))
)
WRITE_AT_ONCE = f"""
WITH updated AS ({UPDATE_PRESENCE}),
added AS (
  INSERT INTO employee_heartbeats ("timestamp", agent_id, status)
  SELECT h.* FROM unnest({_HISTORY}) AS h (moment, agent_id, status)
   WHERE h.agent_id IN (SELECT agent_id FROM updated))
SELECT agent_id FROM updated
"""  # noqa: S608 -- our own statements
AT_ONCE_LIMIT = 32
"""So many heartbeats are written by WRITE_AT_ONCE."""
