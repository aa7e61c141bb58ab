"""What an administrator does to teams; each change and its row of audit are one transaction."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import msgspec

from wfhserver.audit.log import Entry, record
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.models.teams import Team, TeamDetail
from wfhserver.models.users import User
from wfhserver.names import stored_name
from wfhserver.storage.postgres import directory, teams
from wfhserver.storage.postgres.connection import AnyConnection, Database


class Teams:
    """Teams, their managers and members."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list(self, user: User) -> list[Team]:
        """Return the teams in the order of their names; for a manager their own."""
        async with self._database.connection() as connection:
            return await teams.list_teams(connection, user.sees_teams_of)

    async def one(self, user: User, team_id: int) -> TeamDetail:
        """Return a team with its members; Refusal when the user may see none of that number."""
        async with self._database.connection() as connection:
            visible = await teams.list_teams(connection, user.sees_teams_of)
            members = await teams.members(connection, team_id)
        for team in visible:
            if team.team_id == team_id:
                return TeamDetail(**msgspec.structs.asdict(team), members=members)
        raise Refusal(Code.NOT_FOUND, "Team not found.")

    @asynccontextmanager
    async def changes_by(self, admin: User) -> AsyncIterator["TeamChanges"]:
        """Lend a connection for changes by *admin*."""
        async with self._database.connection() as connection:
            yield TeamChanges(connection, actor=admin.actor, at=self._clock.now())


class TeamChanges:
    """Changes by *actor* at *at*, over one connection."""

    def __init__(self, connection: AnyConnection, *, actor: str, at: datetime) -> None:
        self._connection = connection
        self._actor = actor
        self._at = at

    async def add(self, name: str) -> tuple[int, str]:
        """Add a team; return its number and its name as stored. Refusal when that is taken."""
        name = stored_name(name, field="name")
        async with self._connection.transaction():
            team_id = await teams.add(self._connection, name, self._at)
            if team_id is None:
                raise Refusal(Code.CONFLICT, "A team with this name already exists.", field="name")
            await self._record("team.add", [], team=name)
        return team_id, name

    async def rename(self, team_id: int, name: str) -> None:
        """Give a team another name; Refusal when that is taken."""
        name = stored_name(name, field="name")
        async with self._connection.transaction():
            before = _require(await teams.lock(self._connection, team_id))
            if name == before:
                return
            if not await teams.rename(self._connection, team_id, name):
                raise Refusal(Code.CONFLICT, "A team with this name already exists.", field="name")
            await self._record("team.rename", [], team=name, before=before)

    async def delete(self, team_id: int) -> None:
        """Delete a team; its members stay employees, its managers users."""
        async with self._connection.transaction():
            await directory.lock(self._connection)
            name = await teams.delete(self._connection, team_id)
            await self._record("team.delete", [], team=_require(name))

    async def change(
        self, team_id: int, *, managers: list[str] | None, members: list[str] | None
    ) -> None:
        """Replace managers (users) or members (employees); None leaves them as they are."""
        async with self._connection.transaction():
            # Whoever changes profiles locks employees and teams in another order.
            await directory.lock(self._connection)
            name = _require(await teams.lock(self._connection, team_id))
            if managers is not None:
                wanted = sorted(set(managers))
                found = await teams.replace_managers(self._connection, team_id, wanted)
                _check_found(found, wanted, "managers")
                await self._record("team.set_managers", [], team=name, managers=wanted)
            if members is not None:
                names = sorted(set(members))
                numbers = await teams.replace_members(self._connection, team_id, names)
                _check_found(len(numbers), names, "members")
                await self._record("team.set_members", numbers, team=name)

    async def _record(self, action: str, employee_ids: list[int], **details: Any) -> None:
        entry = Entry(actor=self._actor, action=action, employee_ids=employee_ids, details=details)
        await record(self._connection, entry, self._at)


def _require(name: str | None) -> str:
    if name is None:
        raise Refusal(Code.NOT_FOUND, "Team not found.")
    return name


def _check_found(found: int, wanted: list[str], field: str) -> None:
    if found != len(wanted):
        raise Refusal(Code.INVALID_FIELD, "Some of these names are unknown.", field=field)
