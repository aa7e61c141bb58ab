"""Teams, as groups of SCIM."""

import asyncio
from typing import Any

from scim2_models import (
    Context,
    Meta,
    NotFoundException,
    Resource,
    SearchRequest,
    UniquenessException,
)

from wfhserver.accounts.teams import TeamChanges
from wfhserver.audit.log import Entry, record
from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.models.scim import ScimGroup
from wfhserver.models.users import User as Admin
from wfhserver.scim.calls import Page
from wfhserver.scim.group_members import group_of, member_numbers, patched
from wfhserver.scim.pages import bounds_of, equal_of, matching
from wfhserver.scim.payloads import Payload
from wfhserver.scim.resources import POLICY, Group
from wfhserver.scim.user_fields import external_id, known_usernames
from wfhserver.storage.postgres import directory, scim
from wfhserver.storage.postgres.connection import AnyConnection, Database


class ScimGroups:
    """Teams; each change and its entries of the audit log are one transaction."""

    model: type[Resource[Any]] = Group
    endpoint = "Groups"

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def one(self, number: int, base: str) -> Resource[Any]:
        """Return a team with its members."""
        async with self._database.connection() as connection:
            return _resource(await _require(connection, number), base)

    async def page(self, request: SearchRequest[Any], base: str) -> Page:
        """Return teams with their members."""
        offset, count = bounds_of(request)
        async with self._database.connection() as connection:
            if request.filter is None:
                rows = await scim.groups(connection, offset, count)
                total = await scim.count_groups(connection)
                return Page(total, await asyncio.to_thread(_resources, rows, base))
            rows = await _candidates(connection, request)
        return await matching(rows, lambda row: _resource(row, base), request)

    async def add(self, admin: Admin, given: Payload, base: str) -> Resource[Any]:
        """Add a team."""
        wanted = await _read(given, Context.RESOURCE_CREATION_REQUEST)
        async with self._database.transaction() as connection:
            await directory.lock(connection)
            changes = self._changes(connection, admin)
            try:
                number, _ = await changes.add(wanted.display_name or "")
            except Refusal as refusal:
                raise _of_name(refusal, wanted.display_name) from refusal
            await scim.link_group(connection, number, external_id(wanted))
            if wanted.members:
                members = await known_usernames(connection, member_numbers(wanted.members))
                await changes.change(number, managers=None, members=members)
            return _resource(await _require(connection, number), base)

    async def replace(self, admin: Admin, number: int, given: Payload, base: str) -> Resource[Any]:
        """Change the attributes that *given* names; what it leaves out stays as it is."""
        wanted = await _read(given, Context.RESOURCE_REPLACEMENT_REQUEST)
        async with self._database.transaction() as connection:
            await directory.lock(connection)
            before = await _require(connection, number)
            members = None
            if "members" in wanted.model_fields_set:
                members = member_numbers(wanted.members or [])
            await self._write(connection, admin, before, wanted, members)
            return _resource(await _require(connection, number), base)

    async def change(self, admin: Admin, number: int, given: Payload, base: str) -> Resource[Any]:
        """Carry out the operations of a PATCH."""
        async with self._database.transaction() as connection:
            await directory.lock(connection)
            before = await _require(connection, number)
            wanted, members = await asyncio.to_thread(patched, before, given)
            await self._write(connection, admin, before, wanted, members)
            return _resource(await _require(connection, number), base)

    async def remove(self, admin: Admin, number: int) -> None:
        """Delete a team; its members stay employees."""
        async with self._database.transaction() as connection:
            await directory.lock(connection)
            await _require(connection, number)
            await self._changes(connection, admin).delete(number)

    async def _write(
        self,
        connection: AnyConnection,
        admin: Admin,
        before: ScimGroup,
        wanted: Group,
        members: list[int] | None,
    ) -> None:
        """Store the attributes that *wanted* names, and *members* unless it is None."""
        linked, changes = external_id(wanted), self._changes(connection, admin)
        if "external_id" in wanted.model_fields_set and linked != before.external_id:
            await scim.link_group(connection, before.team_id, linked)
            entry = Entry(admin.actor, "team.scim_link", details={"team": before.name})
            await record(connection, entry, self._clock.now())
        if wanted.display_name is not None and wanted.display_name != before.name:
            try:
                await changes.rename(before.team_id, wanted.display_name)
            except Refusal as refusal:
                raise _of_name(refusal, wanted.display_name) from refusal
        if members is not None and {*members} != {*before.members}:
            names = await known_usernames(connection, members)
            hidden = await scim.hidden_members(connection, before.team_id)
            await changes.change(before.team_id, managers=None, members=[*names, *hidden])

    def _changes(self, connection: AnyConnection, admin: Admin) -> TeamChanges:
        return TeamChanges(connection, actor=admin.actor, at=self._clock.now())


def _of_name(refusal: Refusal, name: str | None) -> Exception:
    if refusal.code is Code.CONFLICT:
        return UniquenessException(detail=f"There is a group “{name}” already.")
    return refusal


def _resource(row: ScimGroup, base: str) -> Group:
    group = group_of(row, base)
    group.meta = Meta(
        resource_type="Group", created=row.created_at, location=f"{base}/Groups/{row.team_id}"
    )
    return group


def _resources(rows: list[ScimGroup], base: str) -> list[Resource[Any]]:
    return [_resource(each, base) for each in rows]


async def _require(connection: AnyConnection, number: int) -> ScimGroup:
    found = await scim.group(connection, number)
    if found is None:
        raise NotFoundException(detail=f"There is no group with the id {number}.")
    return found


async def _candidates(connection: AnyConnection, request: SearchRequest[Any]) -> list[ScimGroup]:
    """Return which teams the filter has to look at."""
    attribute, value = equal_of(request) or ("", "")
    if attribute == "displayname":
        return await scim.groups_named(connection, value)
    if attribute == "externalid":
        return await scim.groups_linked(connection, value)
    return await scim.groups(connection, 0, None)


async def _read(given: Payload, context: Context) -> Group:
    return await asyncio.to_thread(
        Group.model_validate, given, scim_ctx=context, scim_policy=POLICY
    )
