"""How many agents are in which state."""

from datetime import datetime

from wfhserver.storage.postgres.connection import Database

_COUNT = """
SELECT count(*) FILTER (WHERE a.revoked_at IS NOT NULL) AS revoked,
       count(*) FILTER (WHERE a.revoked_at IS NULL AND p.last_seen IS NULL) AS never,
       count(*) FILTER (WHERE a.revoked_at IS NULL AND p.last_seen >= $1) AS online,
       count(*) FILTER (WHERE a.revoked_at IS NULL AND p.last_seen >= $2
                          AND p.last_seen < $1) AS overdue,
       count(*) FILTER (WHERE a.revoked_at IS NULL AND p.last_seen < $2) AS offline
  FROM agents AS a JOIN agent_presence AS p USING (agent_id)
"""


async def count_agents(
    database: Database, *, online_since: datetime, overdue_since: datetime
) -> dict[str, int]:
    """Return the number of agents by state; the two moments divide online, overdue, offline."""
    async with database.connection() as connection:
        row = await connection.fetchrow(_COUNT, online_since, overdue_since)
    return {} if row is None else dict(row)
