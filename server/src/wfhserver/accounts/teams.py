"""What an administrator does to teams; each change and its row of audit are one transaction."""

from datetime import datetime
from typing import Any

from wfhserver.audit.log import Entry, record
from wfhserver.errors import Code, Refusal
from wfhserver.names import stored_name
from wfhserver.storage.postgres import teams
from wfhserver.storage.postgres.connection import AnyConnection


class Teams:
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
                raise Refusal(Code.CONFLICT, "There is a team of this name already.", field="name")
            await self._record("team.add", [], team=name)
        return team_id, name

    async def delete(self, team_id: int) -> None:
        """Delete a team; its members stay employees, its managers users."""
        async with self._connection.transaction():
            name = await teams.delete(self._connection, team_id)
            await self._record("team.delete", [], team=_known(name))

    async def change(
        self, team_id: int, *, managers: list[str] | None, members: list[str] | None
    ) -> None:
        """Replace managers (users) or members (employees); None leaves them as they are."""
        async with self._connection.transaction():
            name = _known(await teams.lock(self._connection, team_id))
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


def _known(name: str | None) -> str:
    if name is None:
        raise Refusal(Code.NOT_FOUND, "There is no such team.")
    return name


def _check_found(found: int, wanted: list[str], field: str) -> None:
    if found != len(wanted):
        raise Refusal(Code.INVALID_FIELD, "Some of these names are unknown.", field=field)
