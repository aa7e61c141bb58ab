"""What an administrator does to enrollment tokens, waiting machines and agents; all on record."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from wfhserver import tokens
from wfhserver.audit.log import Entry, record
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.models.bundles import TokenDevices
from wfhserver.models.enrollment import EnrollmentTokenRow, WaitingDevice, WaitingPage
from wfhserver.models.users import Role, User
from wfhserver.names import stored_name
from wfhserver.paging import page_token, read_token
from wfhserver.storage.postgres import agents, enrollment_requests, enrollment_tokens
from wfhserver.storage.postgres.connection import AnyConnection, Database
from wfhserver.storage.postgres.enrollment_requests import EnrollmentRequestRow, RequestKey
from wfhserver.storage.postgres.selection import has_team

_DEVICES_SHOWN = 20


class EnrollmentTokens:
    """Who may become an agent."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list(self) -> list[EnrollmentTokenRow]:
        """Return every token, without itself: only its hash is kept."""
        async with self._database.connection() as connection:
            return await enrollment_tokens.list_tokens(connection)

    async def waiting(
        self, user: User, search: str | None, page: str | None, limit: int
    ) -> WaitingPage:
        """Return devices that came with a token that needs approval; *page* is a page's token."""
        after = read_token(page, RequestKey)
        async with self._database.connection() as connection:
            found = await enrollment_requests.page(connection, search, after, limit + 1)
            count = await enrollment_requests.count(connection)
        following = None
        if len(found) > limit:
            following = page_token(found[limit - 1].key)
        to_admin = user.role is Role.ADMIN
        shown = [_waiting(row, to_admin=to_admin) for row in found[:limit]]
        return WaitingPage(shown, count, following)

    async def devices_of(self, token_id: int) -> TokenDevices:
        """Return the newest devices that came with a token; Refusal when there is no such."""
        async with self._database.connection() as connection:
            found = await enrollment_tokens.devices_of(connection, token_id, _DEVICES_SHOWN)
        if found is None:
            raise Refusal(Code.NOT_FOUND, "Enrollment token not found.")
        return found

    @asynccontextmanager
    async def changes_by(self, admin: User) -> AsyncIterator["EnrollmentChanges"]:
        """Lend a connection for changes by *admin*."""
        async with self._database.connection() as connection:
            yield EnrollmentChanges(connection, actor=admin.actor, at=self._clock.now())


class EnrollmentChanges:
    """Changes by *actor* at *at*, over one connection."""

    def __init__(self, connection: AnyConnection, *, actor: str, at: datetime) -> None:
        self._connection = connection
        self._actor = actor
        self._at = at

    async def create(
        self,
        label: str,
        *,
        expires_days: int | None,
        use_limit: int | None,
        needs_approval: bool,
        team_id: int | None = None,
    ) -> tuple[int, str]:
        """Create a token; return its number and itself, which is stored nowhere.

        Employees whose devices come with it join the team; Refusal when there is no such.
        """
        expires_at = None if expires_days is None else self._at + timedelta(days=expires_days)
        token, label = tokens.new_enrollment_token(), stored_name(label, field="label")
        async with self._connection.transaction():
            number = await enrollment_tokens.add(
                self._connection,
                tokens.hash_of(token),
                label=label,
                at=self._at,
                expires_at=expires_at,
                use_limit=use_limit,
            )
            if needs_approval:
                await enrollment_tokens.require_approval(self._connection, number)
            team: dict[str, Any] = {} if team_id is None else await self._set_team(number, team_id)
            await self._record("enrolment_token.create", token=number, label=label, **team)
        return number, token

    async def _set_team(self, number: int, team_id: int) -> dict[str, Any]:
        if not await has_team(self._connection, team_id, None):
            raise Refusal(Code.NOT_FOUND, "Team not found.", field="team")
        await enrollment_tokens.set_team(self._connection, number, team_id)
        return {"team": team_id}

    async def create_agent(self, username: str, hostname: str) -> str:
        """Make an agent that needs no enrollment; return its token, which is kept nowhere."""
        token = tokens.new_agent_token()
        async with self._connection.transaction():
            agent_id = await agents.add_agent_token(
                self._connection,
                tokens.hash_of(token),
                username=stored_name(username, field="username"),
                hostname=stored_name(hostname, field="hostname"),
                at=self._at,
            )
            employee_id = await agents.employee_of(self._connection, agent_id)
            await self._record("agent.create", employee_ids=[employee_id], agent=agent_id)
        return token

    async def revoke(self, token_id: int, *, with_agents: bool) -> int:
        """Revoke a token; return how many agents with it. Refusal when there is no such."""
        async with self._connection.transaction():
            count = await enrollment_tokens.revoke(
                self._connection, token_id, at=self._at, with_agents=with_agents
            )
            if count is None:
                raise Refusal(Code.NOT_FOUND, "Enrollment token not found.")
            await self._record("enrolment_token.revoke", token=token_id, agents=count)
        return count

    async def revoke_agent(self, agent_id: int) -> None:
        """Revoke one agent; Refusal when there is no such."""
        async with self._connection.transaction():
            employee_id = await agents.revoke(self._connection, agent_id, at=self._at)
            if employee_id is None:
                raise Refusal(Code.NOT_FOUND, "Device not found.")
            await self._record("agent.revoke", employee_ids=[employee_id], agent=agent_id)

    async def confirm_agent(self, agent_id: int) -> None:
        """Note that an agent is the user's whose name it bears; Refusal when there is no such."""
        async with self._connection.transaction():
            employee_id = await agents.confirm(self._connection, agent_id, at=self._at)
            if employee_id is None:
                raise Refusal(Code.NOT_FOUND, "Device not found.")
            await self._record("agent.confirm", employee_ids=[employee_id], agent=agent_id)

    async def approve(self, agent_uuid: UUID) -> None:
        """Let a waiting machine in; it comes again by itself. Refusal when it does not wait."""
        async with self._connection.transaction():
            row = await enrollment_requests.approve(self._connection, agent_uuid, self._at)
            if row is None:
                raise Refusal(Code.NOT_FOUND, "No such device is waiting for approval.")
            await self._record("enrolment.approve", **row._asdict())

    async def reject(self, agent_uuid: UUID) -> None:
        """Take a waiting machine off the list; with a valid token it may ask again."""
        async with self._connection.transaction():
            row = await enrollment_requests.remove(self._connection, agent_uuid)
            if row is None:
                raise Refusal(Code.NOT_FOUND, "No such device is waiting for approval.")
            await self._record("enrolment.reject", **row._asdict())

    async def _record(
        self, action: str, *, employee_ids: list[int] | None = None, **details: Any
    ) -> None:
        entry = Entry(
            actor=self._actor, action=action, employee_ids=employee_ids or [], details=details
        )
        await record(self._connection, entry, self._at)


def _waiting(row: EnrollmentRequestRow, *, to_admin: bool) -> WaitingDevice:
    # With this number, another device could pose as this one once it is approved.
    return WaitingDevice(
        agent_uuid=row.agent_uuid if to_admin else None,
        token_id=row.token_id,
        username=row.username,
        hostname=row.hostname,
        platform=row.platform,
        requested_at=row.requested_at,
        approved_at=row.approved_at,
    )
