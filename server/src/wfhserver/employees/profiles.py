"""Adds employees and changes their profiles; each change is in the audit log."""

from typing import Annotated, Any, ClassVar

import msgspec
from pydantic import Field

from wfhserver.audit.log import Entry, record
from wfhserver.clock import Clock
from wfhserver.employees.joining import FormerEmployee, join
from wfhserver.employees.profile_check import Directory
from wfhserver.employees.profile_fields import read_fields, read_further, read_username
from wfhserver.errors import Code, Refusal
from wfhserver.inputs import Input, Name, Text
from wfhserver.models.directory import Profile, StoredProfile
from wfhserver.models.users import User
from wfhserver.names import normalize_name
from wfhserver.storage.postgres import directory, usernames
from wfhserver.storage.postgres.connection import AnyConnection, Database

_TEAM_LIMIT = 100


class ProfileChange(Input):
    """Fields of a profile: what is left out stays as it is, null clears it.

    *teams* are names, *manager* is the username of an employee, *status* `active`, `on_leave` or
    `left`, *country* of ISO 3166-1, *region* of ISO 3166-2, such as `AT` and `9`.
    *further_usernames* are other names under which devices of the employee report.
    """

    # A hundred teams with long names.
    limit_bytes: ClassVar[int] = 256 * 1024
    display_name: Text | None = None
    email: Text | None = None
    teams: Annotated[list[Name], Field(max_length=_TEAM_LIMIT)] | None = None
    manager: Text | None = None
    time_zone: Text | None = None
    country: Text | None = None
    region: Text | None = None
    status: Text | None = None
    further_usernames: Annotated[list[Name], Field(max_length=_TEAM_LIMIT)] | None = None


class EmployeeChange(ProfileChange):
    """The same, and whether employees who have these further usernames become this one.

    Without *join_data* such a further username is refused.
    """

    join_data: bool = False


class NewEmployee(ProfileChange):
    """An employee, who needs no device yet; *username* is the one that the device will report."""

    username: Name


class EmployeeNumber(msgspec.Struct, frozen=True):
    """An employee, with the username as it is stored."""

    employee_id: int
    username: str


class Profiles:
    """What administrators enter about employees."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(self, admin: User, new: NewEmployee) -> EmployeeNumber:
        """Add an employee; Refusal `conflict` when there is one of that username."""
        async with self._database.transaction() as connection:
            return await self.add_within(connection, admin, new)

    async def add_within(
        self, connection: AnyConnection, admin: User, new: NewEmployee
    ) -> EmployeeNumber:
        """Do the same in a transaction that the caller has begun."""
        username = read_username(new.username)
        await directory.lock(connection)
        if new.further_usernames:
            await usernames.lock(connection)
        known = await read_directory(connection)
        same = known.same_as(username) or (username if username in known.numbers else None)
        if same is not None:
            detail = f"There is an employee “{same}” already."
            raise Refusal(Code.CONFLICT, detail, field="username")
        owner = known.further_of(username)
        if owner is not None:
            detail = f"“{username}” is a further username of “{owner}”."
            raise Refusal(Code.CONFLICT, detail, field="username")
        profile = _changed(known, username, Profile(), new)
        added = await directory.add(connection, [username], self._clock.now())
        await directory.write(connection, {added[username]: profile})
        await self._record(connection, admin, "employee.add", added[username], {})
        return EmployeeNumber(added[username], username)

    async def change(self, admin: User, employee_id: int, change: ProfileChange) -> None:
        """Change a profile; Refusal when there is no such employee, or a field is wrong."""
        async with self._database.transaction() as connection:
            await self.change_within(connection, admin, employee_id, change)

    async def change_within(
        self, connection: AnyConnection, admin: User, employee_id: int, change: ProfileChange
    ) -> None:
        """Do the same in a transaction that the caller has begun."""
        await directory.lock(connection)
        if "further_usernames" in change.model_fields_set:
            await usernames.lock(connection)
        found = await directory.profiles(connection, [employee_id])
        if not found:
            raise Refusal(Code.NOT_FOUND, "Employee not found.")
        before = found[0]
        known = await read_directory(connection)
        if isinstance(change, EmployeeChange) and change.join_data:
            await self._join(connection, admin, before, change, known)
        profile = _changed(known, before.username, before.profile, change)
        fields = [
            name
            for name in Profile.__struct_fields__
            if getattr(profile, name) != getattr(before.profile, name)
        ]
        if fields:
            await directory.write(connection, {employee_id: profile})
            details = {"fields": fields}
            await self._record(connection, admin, "employee.change", employee_id, details)

    async def _join(
        self,
        connection: AnyConnection,
        admin: User,
        employee: StoredProfile,
        change: ProfileChange,
        known: Directory,
    ) -> None:
        """Join employees who have a further username of *change*, and forget them in *known*."""
        for name in read_further(change.further_usernames or []):
            former_id = known.numbers.get(name)
            if former_id is None or name == employee.username:
                continue
            await join(connection, employee, FormerEmployee(former_id, name), self._clock.now())
            known.forget(name)
            entry = Entry(admin.actor, "employee.join", [employee.employee_id, former_id])
            await record(connection, entry, self._clock.now())

    async def _record(
        self,
        connection: AnyConnection,
        admin: User,
        action: str,
        employee_id: int,
        details: dict[str, Any],
    ) -> None:
        # Without the values: an erasure could not remove them.
        entry = Entry(actor=admin.actor, action=action, employee_ids=[employee_id], details=details)
        await record(connection, entry, self._clock.now())


async def read_directory(connection: AnyConnection) -> Directory:
    """Return who is in the directory by now, and the teams."""
    people = await directory.everybody(connection)
    teams = await directory.team_names(connection)
    return Directory(people, teams, await usernames.further(connection))


def _changed(known: Directory, username: str, before: Profile, change: ProfileChange) -> Profile:
    """Return *before* with the change; Refusal for the first field that is wrong."""
    given = {
        name: getattr(change, name)
        for name in change.model_fields_set & {*Profile.__struct_fields__}
    }
    lists = {"teams", "further_usernames"}
    values, refusals = read_fields({name: given[name] for name in given.keys() - lists})
    if "teams" in given:
        values["teams"] = sorted({normalize_name(name) for name in given["teams"] or []})
    if "further_usernames" in given:
        values["further_usernames"] = read_further(given["further_usernames"] or [])
        known.without_further([username])
    profile = msgspec.structs.replace(before, **values)
    if "email" in given:
        known.without_emails([username])
    for refusal in (*refusals, *known.problems(username, profile)):
        raise refusal
    return profile
