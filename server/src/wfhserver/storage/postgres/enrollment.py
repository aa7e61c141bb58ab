"""One enrollment: its token, the agent that is known already, and what is stored."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from uuid import UUID

import asyncpg

from wfhserver.payload import EnrollmentRequest
from wfhserver.storage.interface import (
    AdmittedAgent,
    ApprovalState,
    EnrollmentBlock,
    PresentedToken,
)
from wfhserver.storage.postgres import (
    blocks,
    enrollment_requests,
    enrollment_tokens,
    usernames,
)
from wfhserver.storage.postgres.agents import add_agent, employee_of, known_agent
from wfhserver.storage.postgres.connection import AnyConnection, Database

_FIND_BY_UUID = """
SELECT a.agent_id, a.agent_uuid, coalesce(a.reported_username, e.username) AS username,
       a.hostname, a.revoked_at IS NOT NULL AS revoked,
       a.blocked, false AS confirms, a.enrollment_token, a.employee_id, a.token_hash,
       a.previous_token_hash
  FROM agents AS a JOIN employees AS e USING (employee_id)
 WHERE a.agent_uuid = $1
"""
# Two requests for one device wait for each other, whether its row exists yet or not.
_LOCK_UUID = "SELECT pg_advisory_xact_lock(hashtextextended('wfhserver agent ' || $1, 0))"
_LOCK_ENROLLMENT = """
SELECT token_id, expires_at, use_limit, uses, needs_approval,
       revoked_at IS NOT NULL AS revoked
  FROM enrollment_tokens WHERE token_hash = $1 FOR UPDATE
"""
_COUNT_USE = "UPDATE enrollment_tokens SET uses = uses + 1 WHERE token_id = $1"
# The answer may be lost on the way, so the token that proved whose agent it is stays valid.
_RENEW = """
UPDATE agents
   SET previous_token_hash = coalesce($6, ''::bytea), token_hash = $2, enrollment_token = $3,
       platform = $4, agent_version = $5
 WHERE agent_id = $1
"""
_SLOTS_TAKEN = """
SELECT slot FROM employee_logs WHERE workday = $1 AND agent_id = $2 AND slot > 0 ORDER BY slot
"""


@asynccontextmanager
async def enrolling(
    database: Database, token_hash: bytes, agent_uuid: UUID
) -> AsyncIterator["PostgresVisit"]:
    """See IngestStorage.enrolling."""
    async with database.transaction() as connection:
        await connection.execute(_LOCK_UUID, str(agent_uuid))
        token = await connection.fetchrow(_LOCK_ENROLLMENT, token_hash)
        agent = await connection.fetchrow(_FIND_BY_UUID, agent_uuid)
        yield PostgresVisit(connection, token, agent)


class PostgresVisit:
    """See EnrollmentVisit."""

    def __init__(
        self,
        connection: AnyConnection,
        token: asyncpg.Record | None,
        agent: asyncpg.Record | None,
    ) -> None:
        self.connection = connection
        self._connection = connection
        self._agent = agent
        self.token = None if token is None else PresentedToken(**dict(token))
        self.known = None if agent is None else known_agent(agent)
        self.known_by_this_token = (
            agent is not None
            and self.token is not None
            and agent["enrollment_token"] == self.token.token_id
        )
        self.never_used = agent is not None and agent["previous_token_hash"] == b""

    def is_proof(self, token_hash: bytes) -> bool:
        """See EnrollmentVisit.is_proof."""
        if self._agent is None or self._agent["revoked"]:
            return False
        return token_hash in (self._agent["token_hash"], self._agent["previous_token_hash"])

    async def find_block(self, request: EnrollmentRequest) -> EnrollmentBlock | None:
        """See EnrollmentVisit.find_block."""
        if self.known is None:
            # Whose name it is stays so until the agent is stored.
            await usernames.hold(self._connection)
        found = await blocks.find(self._connection, request.username, request.hostname)
        # The employee of a known agent is there, and was not erased.
        if found is None and self.known is None:
            found = await blocks.find_erased(self._connection, request.username)
        return found

    async def request_approval(self, request: EnrollmentRequest, at: datetime) -> ApprovalState:
        """See EnrollmentVisit.request_approval."""
        if self.token is None or not self.token.needs_approval:
            return ApprovalState.APPROVED
        found = await enrollment_requests.add(self._connection, request, self.token.token_id, at)
        if found is ApprovalState.APPROVED:
            await enrollment_requests.remove(self._connection, request.agent_id)
        return found

    async def admit(
        self, request: EnrollmentRequest, token_hash: bytes, at: datetime, *, proof: bytes | None
    ) -> AdmittedAgent:
        """See EnrollmentVisit.admit."""
        token_id = None if self.token is None else self.token.token_id
        if not self.known_by_this_token:
            await self._connection.execute(_COUNT_USE, token_id)
        if self.known is None:
            agent_id = await add_agent(
                self._connection,
                request,
                token_hash,
                enrollment_token=token_id,
                confirmed=self.token is not None and self.token.needs_approval,
                at=at,
            )
        else:
            agent_id = self.known.agent_id
            facts = (token_id, request.platform, request.agent_version, proof)
            await self._connection.execute(_RENEW, agent_id, token_hash, *facts)
        employee_id = await employee_of(self._connection, agent_id)
        if self.known is None:
            await enrollment_tokens.join_team(self._connection, token_id, employee_id)
        return AdmittedAgent(agent_id=agent_id, employee_id=employee_id)

    async def slots_taken(self, workday: date) -> list[int]:
        """See EnrollmentVisit.slots_taken."""
        if self.known is None:
            return []
        rows = await self._connection.fetch(_SLOTS_TAKEN, workday, self.known.agent_id)
        return [row["slot"] for row in rows]
