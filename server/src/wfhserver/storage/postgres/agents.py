"""Agents, their tokens, and enrolment."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from uuid import UUID

import asyncpg

from wfhserver.payload import EnrolmentRequest
from wfhserver.storage.interface import EnrolmentToken, KnownAgent
from wfhserver.storage.postgres import enrolment_requests
from wfhserver.storage.postgres.connection import AnyConnection, Database

_FIND_AGENT = """
SELECT a.agent_id, a.agent_uuid, e.username, a.hostname, a.revoked_at IS NOT NULL AS revoked,
       a.token_hash = $1 AND a.previous_token_hash IS NOT NULL AS confirms
  FROM agents AS a JOIN employees AS e USING (employee_id)
 WHERE a.token_hash = $1 OR a.previous_token_hash = $1
"""

_FORGET_PREVIOUS = "UPDATE agents SET previous_token_hash = NULL WHERE agent_id = $1"

_FIND_BY_UUID = """
SELECT a.agent_id, a.agent_uuid, e.username, a.hostname, a.revoked_at IS NOT NULL AS revoked,
       false AS confirms, a.enrollment_token
  FROM agents AS a JOIN employees AS e USING (employee_id)
 WHERE a.agent_uuid = $1
"""

# Two requests for one machine wait for each other, whether its row exists yet or not.
_LOCK_UUID = "SELECT pg_advisory_xact_lock(hashtextextended('wfhserver agent ' || $1, 0))"

_LOCK_ENROLMENT = """
SELECT token_id, expires_at, use_limit, uses, needs_approval,
       revoked_at IS NOT NULL AS revoked
  FROM enrollment_tokens WHERE token_hash = $1 FOR UPDATE
"""

_COUNT_USE = "UPDATE enrollment_tokens SET uses = uses + 1 WHERE token_id = $1"

_ADD_EMPLOYEE = """
WITH added AS (
  INSERT INTO employees (username, created_at) VALUES ($1, $2)
  ON CONFLICT (username) DO NOTHING RETURNING employee_id)
SELECT employee_id FROM added
UNION ALL SELECT employee_id FROM employees WHERE username = $1
"""

_ADD_AGENT = """
WITH added AS (
  INSERT INTO agents (agent_uuid, employee_id, hostname, platform, agent_version, token_hash,
                      enrollment_token, enrolled_at, confirmed_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8::timestamptz,
          CASE WHEN $9 THEN $8::timestamptz END)
  RETURNING agent_id)
INSERT INTO agent_presence (agent_id) SELECT agent_id FROM added RETURNING agent_id
"""

# A token that was never used is simply replaced: the one before it may still be the agent's.
_RENEW = """
UPDATE agents
   SET previous_token_hash = coalesce(previous_token_hash, token_hash), token_hash = $2,
       enrollment_token = $3, platform = $4, agent_version = $5
 WHERE agent_id = $1
"""

CERTAIN = """(a.confirmed_at IS NOT NULL OR NOT EXISTS (
         SELECT FROM agents AS other
          WHERE other.employee_id = a.employee_id AND other.agent_id <> a.agent_id))"""
"""Whether the agent is its user's: it was confirmed, or no other came under that name."""
_IS_CERTAIN = f"SELECT {CERTAIN} FROM agents AS a WHERE a.agent_id = $1"  # noqa: S608 -- our own

_SLOTS_TAKEN = """
SELECT DISTINCT l.slot
  FROM employee_logs AS l JOIN agents AS a USING (agent_id)
  JOIN employees AS e USING (employee_id)
 WHERE l.workday = $1 AND l.slot > 0 AND e.username = $2 AND a.hostname = $3
 ORDER BY l.slot
"""


async def find_agent(database: Database, token_hash: bytes) -> KnownAgent | None:
    """See IngestStorage.find_agent."""
    async with database.connection() as connection:
        row = await connection.fetchrow(_FIND_AGENT, token_hash)
        if row is not None and row["confirms"] and not row["revoked"]:
            await connection.execute(_FORGET_PREVIOUS, row["agent_id"])
    return None if row is None else _known_agent(row)


async def add_agent(
    connection: AnyConnection,
    request: EnrolmentRequest,
    token_hash: bytes,
    *,
    enrolment_token: int | None,
    confirmed: bool,
    at: datetime,
) -> int:
    """Store a new agent with its employee and its row of presence; return its id.

    *confirmed* says that an administrator knows whose it is.
    """
    employee_id = None
    while employee_id is None:
        # None only when another transaction adds the same employee at this moment: then it is
        # committed by now, and the next statement sees it.
        employee_id = await connection.fetchval(_ADD_EMPLOYEE, request.username, at)
    agent_id: int = await connection.fetchval(
        _ADD_AGENT,
        request.agent_id,
        employee_id,
        request.hostname,
        request.platform,
        request.agent_version,
        token_hash,
        enrolment_token,
        at,
        confirmed,
    )
    return agent_id


async def is_certain(connection: AnyConnection, agent_id: int) -> bool:
    """Tell whether the agent is its user's; see CERTAIN."""
    return bool(await connection.fetchval(_IS_CERTAIN, agent_id))


@asynccontextmanager
async def enrolling(
    database: Database, token_hash: bytes, agent_uuid: UUID
) -> AsyncIterator["PostgresVisit"]:
    """See IngestStorage.enrolling."""
    async with database.transaction() as connection:
        await connection.execute(_LOCK_UUID, str(agent_uuid))
        token = await connection.fetchrow(_LOCK_ENROLMENT, token_hash)
        agent = await connection.fetchrow(_FIND_BY_UUID, agent_uuid)
        yield PostgresVisit(connection, token, agent)


class PostgresVisit:
    """See EnrolmentVisit."""

    def __init__(
        self,
        connection: AnyConnection,
        token: asyncpg.Record | None,
        agent: asyncpg.Record | None,
    ) -> None:
        self._connection = connection
        self.token = None if token is None else EnrolmentToken(**dict(token))
        self.known = None if agent is None else _known_agent(agent)
        self.known_by_this_token = (
            agent is not None
            and self.token is not None
            and agent["enrollment_token"] == self.token.token_id
        )
        self._identity = ("", "")

    async def is_approved(self, request: EnrolmentRequest, at: datetime) -> bool:
        """See EnrolmentVisit.is_approved."""
        if self.token is None or not self.token.needs_approval or self.known_by_this_token:
            return True
        approved = await enrolment_requests.ask(self._connection, request, self.token.token_id, at)
        if approved:
            await enrolment_requests.remove(self._connection, request.agent_id)
        return approved

    async def admit(self, request: EnrolmentRequest, token_hash: bytes, at: datetime) -> None:
        """See EnrolmentVisit.admit."""
        named = self.known or request
        self._identity = (named.username, named.hostname)
        token_id = None if self.token is None else self.token.token_id
        if not self.known_by_this_token:
            await self._connection.execute(_COUNT_USE, token_id)
        if self.known is None:
            await add_agent(
                self._connection,
                request,
                token_hash,
                enrolment_token=token_id,
                confirmed=self.token is not None and self.token.needs_approval,
                at=at,
            )
            return
        await self._connection.execute(
            _RENEW,
            self.known.agent_id,
            token_hash,
            token_id,
            request.platform,
            request.agent_version,
        )

    async def slots_taken(self, workday: date) -> list[int]:
        """See EnrolmentVisit.slots_taken."""
        rows = await self._connection.fetch(_SLOTS_TAKEN, workday, *self._identity)
        return [row["slot"] for row in rows]


def _known_agent(row: asyncpg.Record) -> KnownAgent:
    return KnownAgent(
        agent_id=row["agent_id"],
        agent_uuid=row["agent_uuid"],
        username=row["username"],
        hostname=row["hostname"],
        revoked=row["revoked"],
        confirms=row["confirms"],
    )
