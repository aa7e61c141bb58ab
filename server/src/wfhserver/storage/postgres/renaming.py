"""One agent that gets another hostname."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from wfhserver.storage.postgres.agents import known_agent
from wfhserver.storage.postgres.connection import AnyConnection, Database

_LOCK = """
SELECT a.agent_id, a.agent_uuid, coalesce(a.reported_username, e.username) AS username,
       a.hostname, a.revoked_at IS NOT NULL AS revoked,
       a.blocked, false AS confirms
  FROM agents AS a JOIN employees AS e USING (employee_id)
 WHERE a.agent_id = $1 FOR UPDATE OF a
"""
# A device that takes the name of another one has to be confirmed again, as when it enrolls.
_RENAME = """
UPDATE agents AS a
   SET hostname = $2,
       confirmed_at = CASE WHEN EXISTS (
         SELECT FROM agents AS other
          WHERE other.employee_id = a.employee_id AND other.hostname = $2
            AND other.agent_id <> a.agent_id AND other.revoked_at IS NULL)
       THEN NULL ELSE a.confirmed_at END
 WHERE a.agent_id = $1
RETURNING a.employee_id
"""


@asynccontextmanager
async def renaming(database: Database, agent_id: int) -> AsyncIterator["PostgresRenaming"]:
    """See IngestStorage.renaming."""
    async with database.transaction() as connection:
        row = await connection.fetchrow(_LOCK, agent_id)
        yield PostgresRenaming(connection, agent_id, row)


class PostgresRenaming:
    """See RenamingVisit."""

    def __init__(
        self, connection: AnyConnection, agent_id: int, row: asyncpg.Record | None
    ) -> None:
        self.connection = connection
        self._agent_id = agent_id
        self.known = None if row is None else known_agent(row)

    async def rename(self, hostname: str) -> int:
        """See RenamingVisit.rename."""
        employee_id: int = await self.connection.fetchval(_RENAME, self._agent_id, hostname)
        return employee_id
