"""Employees, as users of SCIM."""

import asyncio
from typing import Any

from scim2_models import (
    Context,
    Meta,
    MutabilityException,
    NotFoundException,
    PatchOp,
    Reference,
    Resource,
    SearchRequest,
    UniquenessException,
)

from wfhserver.audit.log import Entry, record
from wfhserver.clock import Clock
from wfhserver.employees.profiles import NewEmployee, Profiles
from wfhserver.models.directory import EmployeeStatus
from wfhserver.models.scim import ScimUser
from wfhserver.models.users import User as Admin
from wfhserver.names import normalize_name
from wfhserver.scim.calls import Page
from wfhserver.scim.pages import bounds_of, equal_of, matching
from wfhserver.scim.payloads import Payload, has_operations, user_changes, user_payload
from wfhserver.scim.resources import (
    POLICY,
    WORK,
    Address,
    Email,
    Employee,
    EnterpriseUser,
    Manager,
)
from wfhserver.scim.user_fields import NAMES, external_id, profile_change
from wfhserver.storage.postgres import directory, scim
from wfhserver.storage.postgres.connection import AnyConnection, Database


class ScimUsers:
    """Employees; each change and its entries of the audit log are one transaction."""

    model: type[Resource[Any]] = Employee
    endpoint = "Users"

    def __init__(self, database: Database, clock: Clock, profiles: Profiles) -> None:
        self._database = database
        self._clock = clock
        self._profiles = profiles

    async def one(self, number: int, base: str) -> Resource[Any]:
        """Return an employee whom the provider has not removed."""
        async with self._database.connection() as connection:
            return user_of(await _require(connection, number), base)

    async def page(self, request: SearchRequest[Any], base: str) -> Page:
        """Return employees."""
        offset, count = bounds_of(request)
        async with self._database.connection() as connection:
            if request.filter is None:
                found = await scim.users(connection, offset, count)
                total = await scim.count_users(connection)
                return Page(total, [user_of(each, base) for each in found])
            rows = await _candidates(connection, request)
        return await matching(rows, lambda row: user_of(row, base), request)

    async def add(self, admin: Admin, given: Payload, base: str) -> Resource[Any]:
        """Add an employee, or bring one back whom the provider removed."""
        wanted = await _read(given, Context.RESOURCE_CREATION_REQUEST)
        username = normalize_name(wanted.user_name or "")
        async with self._database.transaction() as connection:
            await directory.lock(connection)
            found = await scim.user_named(connection, username, with_removed=True)
            if found is not None and not found.removed:
                raise UniquenessException(detail=f"There is a user “{found.username}” already.")
            if found is None:
                status = EmployeeStatus.ACTIVE
                change = await profile_change(connection, wanted, status)
                fields = change.model_dump(exclude_unset=True)
                new = NewEmployee(username=wanted.user_name or "", **fields)
                number = (await self._profiles.add_within(connection, admin, new)).employee_id
                await scim.link_user(connection, number, external_id(wanted))
            else:
                number = found.employee_id
                await scim.set_removed(connection, number, removed=False)
                await self._write(connection, admin, found, wanted)
                await self._record(connection, admin, "employee.scim_restore", number)
            return user_of(await _require(connection, number), base)

    async def replace(self, admin: Admin, number: int, given: Payload, base: str) -> Resource[Any]:
        """Change the attributes that *given* names; what it leaves out stays as it is."""
        wanted = await _read(given, Context.RESOURCE_REPLACEMENT_REQUEST)
        async with self._database.transaction() as connection:
            await directory.lock(connection)
            before = await _require(connection, number)
            if (wanted.user_name or "").casefold() != before.username.casefold():
                raise MutabilityException(
                    detail="The userName is what the employee's device reports: it cannot change."
                )
            await self._write(connection, admin, before, wanted)
            return user_of(await _require(connection, number), base)

    async def change(self, admin: Admin, number: int, given: Payload, base: str) -> Resource[Any]:
        """Carry out the operations of a PATCH."""
        async with self._database.transaction() as connection:
            await directory.lock(connection)
            before = await _require(connection, number)
            wanted = await asyncio.to_thread(_patched, before, given)
            await self._write(connection, admin, before, wanted)
            return user_of(await _require(connection, number), base)

    async def remove(self, admin: Admin, number: int) -> None:
        """Let an employee be one who has left, whom the provider no longer sees."""
        async with self._database.transaction() as connection:
            await directory.lock(connection)
            before = await _require(connection, number)
            await self._write(connection, admin, before, Employee(active=False))
            await scim.set_removed(connection, number, removed=True)
            await self._record(connection, admin, "employee.scim_remove", number)

    async def _write(
        self, connection: AnyConnection, admin: Admin, before: ScimUser, wanted: Any
    ) -> None:
        """Store the attributes that *wanted* names."""
        linked = external_id(wanted)
        if "external_id" in wanted.model_fields_set and linked != before.external_id:
            await scim.link_user(connection, before.employee_id, linked)
            await self._record(connection, admin, "employee.scim_link", before.employee_id)
        change = await profile_change(connection, wanted, before.status)
        if change.model_fields_set:
            await self._profiles.change_within(connection, admin, before.employee_id, change)

    async def _record(
        self, connection: AnyConnection, admin: Admin, action: str, number: int
    ) -> None:
        entry = Entry(actor=admin.actor, action=action, employee_ids=[number])
        await record(connection, entry, self._clock.now())


def user_of(row: ScimUser, base: str) -> Resource[Any]:
    """Return the resource of an employee."""
    user = Employee(
        id=str(row.employee_id),
        external_id=row.external_id,
        user_name=row.username,
        display_name=row.display_name,
        active=row.status is not EmployeeStatus.LEFT,
        timezone=row.time_zone,
        emails=None if row.email is None else [Email(value=row.email, type=WORK)],
        addresses=_addresses(row),
        meta=Meta(
            resource_type="User",
            created=row.created_at,
            location=f"{base}/Users/{row.employee_id}",
        ),
    )
    if row.manager_id is not None:
        ref: Any = Reference(f"{base}/Users/{row.manager_id}")
        user[EnterpriseUser] = EnterpriseUser(manager=Manager(value=str(row.manager_id), ref=ref))
    return user


def _addresses(row: ScimUser) -> list[Address] | None:
    if row.country is None:
        return None
    return [Address(type=WORK, country=row.country, region=row.region)]


async def _require(connection: AnyConnection, number: int) -> ScimUser:
    found = await scim.user(connection, number)
    if found is None:
        raise NotFoundException(detail=f"There is no user with the id {number}.")
    return found


async def _candidates(connection: AnyConnection, request: SearchRequest[Any]) -> list[ScimUser]:
    """Return whom the filter has to look at."""
    attribute, value = equal_of(request) or ("", "")
    if attribute == "username":
        found = await scim.user_named(connection, value)
        return [] if found is None else [found]
    if attribute == "externalid":
        return await scim.users_linked(connection, value)
    return await scim.users(connection, 0, None)


async def _read(given: Payload, context: Context) -> Any:
    payload = user_payload(given)
    is_open = payload.get("active") is None
    if is_open:
        payload["active"] = True
    wanted = await asyncio.to_thread(
        Employee.model_validate, payload, scim_ctx=context, scim_policy=POLICY
    )
    if is_open and context is Context.RESOURCE_REPLACEMENT_REQUEST:
        wanted.model_fields_set.discard("active")
    return wanted


def _patched(before: ScimUser, given: Payload) -> Any:
    """Return the attributes that a PATCH changes."""
    changes = user_changes(given, before.username)
    wanted: Any = user_of(before, "")
    if not has_operations(changes):
        return Employee()
    patch = PatchOp[Employee].model_validate(
        changes, scim_ctx=Context.RESOURCE_PATCH_REQUEST, scim_policy=POLICY
    )
    patch.patch(wanted, scim_policy=POLICY)
    stored: Any = user_of(before, "")
    changed = [name for name in NAMES if getattr(wanted, name) != getattr(stored, name)]
    return Employee(**{name: getattr(wanted, name) for name in changed})
