"""Detailed logs, one per agent, workday and slot."""

import asyncpg

from wfhserver.errors import AgentGoneError
from wfhserver.storage.interface import LogRow
from wfhserver.storage.postgres.connection import Database

HAS_LOG = """
SELECT EXISTS (SELECT FROM employee_logs
                WHERE workday = $1 AND agent_id = $2 AND slot = $3
                  AND (slot > 0 OR "timestamp" = $4))
"""

# A slow upload may take a minute: its agent may have been revoked since its token was looked at.
# Who erases an employee waits for the row that is on its way, and deletes it too.
_LOCK_AGENT = """
SELECT FROM agents WHERE agent_id = $1 AND revoked_at IS NULL FOR KEY SHARE
"""

# Whichever unique index it hits: slot of the day, or moment of a test log.
_ADD_LOG = """
INSERT INTO employee_logs
  (workday, agent_id, slot, "timestamp", received_at, local_ip, public_ip, location,
   screenshot, screenshot_path, screenshot_sha256, absent, extra, time_zone)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT DO NOTHING
RETURNING agent_id
"""


async def add_log(database: Database, log: LogRow) -> bool:
    """See IngestStorage.add_log."""
    async with database.transaction() as connection:
        if await connection.fetchrow(_LOCK_AGENT, log.agent_id) is None:
            raise AgentGoneError(f"Agent {log.agent_id} was revoked while its log arrived.")
        row: asyncpg.Record | None = await connection.fetchrow(
            _ADD_LOG,
            log.workday,
            log.agent_id,
            log.slot,
            log.timestamp,
            log.received_at,
            log.local_ip,
            log.public_ip,
            log.location,
            log.screenshot,
            log.screenshot_path,
            log.screenshot_sha256,
            log.absent,
            log.extra,
            log.time_zone,
        )
    return row is not None
