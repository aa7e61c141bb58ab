"""Detailed logs: two a workday and a few test logs, for each person and host.

Which agent sends them makes no difference, so no unique key can say it: on several nodes each key
holds agent_id. The rows of all agents of the person and host are locked instead, in their order.
That also keeps an agent from being renamed, revoked or erased between the check and the commit.
"""

import asyncpg

from wfhserver.errors import AgentRevokedError
from wfhserver.models.logs import LogOutcome
from wfhserver.storage.interface import TEST_LOG_PERIOD, TEST_LOGS, LogRow
from wfhserver.storage.postgres.connection import AnyConnection, Database

_SAME_DEVICE = """
SELECT a.agent_id, a.revoked_at IS NOT NULL OR a.blocked AS is_gone
  FROM agents AS a JOIN agents AS me USING (employee_id, hostname)
 WHERE me.agent_id = $1 ORDER BY a.agent_id
"""
# Weak enough for the references of other tables to the same row.
_LOCK_DEVICE = _SAME_DEVICE + " FOR NO KEY UPDATE OF a"

_SAME_SLOT = """
SELECT agent_id, "timestamp" FROM employee_logs
 WHERE workday = $1 AND agent_id = ANY ($2::int[]) AND slot = $3
"""
_TEST_LOGS_SINCE = """
SELECT count(*) FROM employee_logs
 WHERE slot = 0 AND agent_id = ANY ($1::int[]) AND received_at > $2
"""

# A worker of an older version, which locks nobody, may come between: then a unique index decides.
_ADD_LOG = """
INSERT INTO employee_logs
  (workday, agent_id, slot, "timestamp", received_at, local_ip, public_ip, location,
   screenshot, screenshot_path, screenshot_sha256, absent, extra, time_zone)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT DO NOTHING
RETURNING agent_id
"""


# A log that waited on its device may be older than what is known.
_SET_FACTS = """
INSERT INTO agent_log_facts (agent_id, "timestamp", workday, extra, absent)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (agent_id) DO UPDATE
   SET "timestamp" = excluded."timestamp", workday = excluded.workday, extra = excluded.extra,
       absent = excluded.absent
 WHERE agent_log_facts."timestamp" <= excluded."timestamp"
"""


async def check_log(database: Database, log: LogRow) -> LogOutcome:
    """See IngestStorage.check_log."""
    async with database.connection() as connection:
        agents = await connection.fetch(_SAME_DEVICE, log.agent_id)
        return await _outcome(connection, log, agents)


async def add_log(database: Database, log: LogRow) -> LogOutcome:
    """See IngestStorage.add_log."""
    async with database.transaction() as connection:
        agents = await connection.fetch(_LOCK_DEVICE, log.agent_id)
        # A slow upload may take a minute: it may have been revoked since its token was looked at.
        if log.agent_id not in {row["agent_id"] for row in agents if not row["is_gone"]}:
            raise AgentRevokedError(f"Agent {log.agent_id} was revoked while its log arrived.")
        outcome = await _outcome(connection, log, agents)
        if outcome is LogOutcome.STORED and not await _insert(connection, log):
            return LogOutcome.DUPLICATE
        # A test log checks an installation: not everybody sees it.
        if outcome is LogOutcome.STORED and log.slot > 0:
            await set_facts(connection, log)
    return outcome


async def set_facts(connection: AnyConnection, log: LogRow) -> None:
    """Remember the facts of *log* as the newest ones of its device, unless there are newer ones."""
    await connection.execute(
        _SET_FACTS, log.agent_id, log.timestamp, log.workday, log.extra, log.absent
    )


async def _outcome(
    connection: AnyConnection, log: LogRow, agents: list[asyncpg.Record]
) -> LogOutcome:
    numbers = [row["agent_id"] for row in agents]
    found = await connection.fetch(_SAME_SLOT, log.workday, numbers, log.slot)
    if (log.agent_id, log.timestamp) in [(row["agent_id"], row["timestamp"]) for row in found]:
        return LogOutcome.DUPLICATE
    if log.slot > 0:
        return LogOutcome.SLOT_TAKEN if found else LogOutcome.STORED
    since = log.received_at - TEST_LOG_PERIOD
    recent: int = await connection.fetchval(_TEST_LOGS_SINCE, numbers, since)
    return LogOutcome.TEST_LIMIT if recent >= TEST_LOGS else LogOutcome.STORED


async def _insert(connection: AnyConnection, log: LogRow) -> bool:
    row = await connection.fetchrow(
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
