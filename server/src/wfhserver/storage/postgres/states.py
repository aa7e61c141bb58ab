"""How many agents are in which state."""

from datetime import datetime

from wfhserver.storage.postgres.connection import Database
from wfhserver.storage.postgres.intervals import LONGER

# An agent with a longer interval may be silent for longer: for one heartbeat that is due, and for
# three until it is offline.
_COUNT = f"""
SELECT count(*) FILTER (WHERE revoked_at IS NOT NULL) AS revoked,
       count(*) FILTER (WHERE revoked_at IS NULL AND last_seen IS NULL) AS never,
       count(*) FILTER (WHERE revoked_at IS NULL AND last_seen + longer >= $1) AS online,
       count(*) FILTER (WHERE revoked_at IS NULL AND last_seen + longer < $1
                          AND last_seen + 3 * longer >= $2) AS overdue,
       count(*) FILTER (WHERE revoked_at IS NULL AND last_seen + longer < $1
                          AND last_seen + 3 * longer < $2) AS offline
  FROM (SELECT a.revoked_at, p.last_seen, {LONGER} AS longer
          FROM agents AS a JOIN agent_presence AS p USING (agent_id)) AS found
"""  # noqa: S608 -- our own expression


async def count_agents(
    database: Database, *, online_since: datetime, overdue_since: datetime
) -> dict[str, int]:
    """Return the number of agents by state; the two moments divide online, overdue, offline."""
    async with database.connection() as connection:
        row = await connection.fetchrow(_COUNT, online_since, overdue_since)
    return {} if row is None else dict(row)
