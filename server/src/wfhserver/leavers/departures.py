"""Somebody leaves: devices, teams, accounts and data at once; it can be undone for a day."""

import logging
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final

import msgspec

from wfhserver.accounts.users import UserChanges
from wfhserver.audit.log import Entry, record
from wfhserver.days import RetentionCalendar
from wfhserver.errors import Code, Refusal, WfhserverError
from wfhserver.leavers.wanted import DataChoice, NewDeparture, checked_day, my_data_end
from wfhserver.models.departures import Departure, StoredDeparture
from wfhserver.models.directory import EmployeeStatus
from wfhserver.models.users import User, UserAccount
from wfhserver.retention.erasure import Certificate, Erasure
from wfhserver.retention.holds import HoldChanges
from wfhserver.screenshots.store import ScreenshotStore
from wfhserver.storage.postgres import (
    blocks,
    departures,
    erasure,
    holds,
    my_sessions,
    usernames,
    users,
)
from wfhserver.storage.postgres.connection import AnyConnection, Database
from wfhserver.storage.postgres.departures import LockedEmployee

log = logging.getLogger(__name__)

UNDO: Final = timedelta(hours=24)
_PERIOD_SECONDS: Final = 3600.0
_ACTOR: Final = "server"


class DepartureResult(msgspec.Struct, frozen=True):
    """The departure; or the *certificate*, when everything was erased with it."""

    departure: Departure | None
    certificate: Certificate | None = None


class Departures:
    """What administrators do when somebody leaves."""

    def __init__(
        self,
        database: Database,
        store: ScreenshotStore,
        calendar: RetentionCalendar,
        audit_days: int,
    ) -> None:
        self._database = database
        self._store = store
        self._calendar = calendar
        self._clock = calendar.clock
        self._audit_days = audit_days

    async def of(self, employee_id: int) -> Departure | None:
        """Return the departure of an employee; None for somebody who did not leave."""
        async with self._database.connection() as connection:
            found = await departures.find(connection, employee_id)
        return None if found is None else found.shown()

    async def leave(self, admin: User, employee_id: int, wanted: NewDeparture) -> DepartureResult:
        """Let an employee leave; of one who left, change what happens to the data.

        Refusal when there is no such employee, when it is the last administrator, or when a legal
        hold forbids to erase.
        """
        erase_on = checked_day(wanted, self._calendar.today())
        async with self._database.transaction() as connection:
            now = self._clock.now()
            # A device that enrolls at this moment is enrolled before, and so revoked, or refused.
            await usernames.lock(connection)
            employee = await _locked(connection, employee_id)
            await _check_hold(connection, employee_id, wanted)
            before = await departures.find(connection, employee_id)
            change = _Change(connection, admin, employee_id, now)
            if before is None:
                stored = await change.leave(employee, wanted, erase_on)
            else:
                stored = await change.choose(before, wanted, erase_on)
        if wanted.data is not DataChoice.ERASE_NOW:
            return DepartureResult(stored.shown())
        return DepartureResult(None, await self._erasure(admin.actor).erase(employee_id))

    async def undo(self, admin: User, employee_id: int) -> None:
        """Bring back devices, teams and accounts; Refusal after a day."""
        async with self._database.transaction() as connection:
            await _locked(connection, employee_id)
            before = await departures.find(connection, employee_id)
            if before is None:
                raise Refusal(Code.NOT_FOUND, "This employee did not leave.")
            now = self._clock.now()
            if now > before.undo_until:
                raise Refusal(
                    Code.CONFLICT,
                    "A departure can be undone for 24 hours. Set the status to active, unblock the"
                    " employee, and enroll the devices again.",
                )
            await _Change(connection, admin, employee_id, now).undo(before)

    async def run(self) -> None:
        """Erase what is due, hourly, until canceled."""
        while True:
            try:
                await self.erase_due()
            except WfhserverError:
                log.exception("Data of employees who left could not be erased; the next try is due")
            await self._clock.sleep(_PERIOD_SECONDS)

    async def erase_due(self) -> int:
        """Erase the data of those whose day has come; return how many."""
        async with self._database.connection() as connection:
            found = await departures.due(connection, self._calendar.today())
        erased = 0
        for employee_id in found:
            try:
                await self._erasure(_ACTOR).erase(employee_id)
                erased += 1
            except Refusal as refusal:
                log.warning("Employee %d is not erased yet: %s", employee_id, refusal)
        return erased

    def _erasure(self, actor: str) -> Erasure:
        return Erasure(
            self._database, self._store, self._clock, actor=actor, audit_days=self._audit_days
        )


class _Change:
    """Changes of one employee by one administrator, in a transaction."""

    def __init__(
        self, connection: AnyConnection, admin: User, employee_id: int, now: datetime
    ) -> None:
        self._connection = connection
        self._actor = admin.actor
        self._employee_id = employee_id
        self._now = now

    async def leave(
        self, employee: LockedEmployee, wanted: NewDeparture, erase_on: date | None
    ) -> StoredDeparture:
        """Do everything, and store what an undo needs."""
        connection, number = self._connection, self._employee_id
        accounts = await self._accounts(employee.usernames)
        teams = await departures.leave_teams(connection, number)
        managed = await departures.manage_nothing(connection, accounts)
        stored = StoredDeparture(
            left_at=self._now,
            left_by=self._actor,
            undo_until=self._now + UNDO,
            erase_on=erase_on,
            my_data_until=my_data_end(wanted, self._now),
            status_before=employee.status,
            teams=teams,
            managed_teams=[each.team_id for each in managed],
            managers=[each.user_id for each in managed],
            agents=await erasure.revoke_agents(connection, number, self._now),
            block_id=await self._block(),
            placed_hold=await self._hold(wanted),
            disabled_users=await self._disable(accounts.values()),
        )
        await departures.set_status(connection, number, EmployeeStatus.LEFT)
        await departures.add(connection, number, stored)
        await self._record(
            "employee.leave",
            agents=stored.agents,
            teams=teams,
            managed_teams=stored.managed_teams,
            data=wanted.data,
            erase_on=erase_on and erase_on.isoformat(),
            my_data_days=wanted.my_data_days,
        )
        return stored

    async def choose(
        self, before: StoredDeparture, wanted: NewDeparture, erase_on: date | None
    ) -> StoredDeparture:
        """Change what happens to the data of somebody who left."""
        if before.placed_hold and wanted.data is not DataChoice.HOLD:
            await self._release()
        places_hold = await self._hold(wanted)
        chosen = msgspec.structs.replace(
            before,
            erase_on=erase_on,
            my_data_until=my_data_end(wanted, self._now),
            # One of before is this departure's still.
            placed_hold=places_hold or (before.placed_hold and wanted.data is DataChoice.HOLD),
        )
        await departures.change(self._connection, self._employee_id, chosen)
        await self._record(
            "employee.leave_change",
            data=wanted.data,
            erase_on=erase_on and erase_on.isoformat(),
            my_data_days=wanted.my_data_days,
        )
        return chosen

    async def undo(self, before: StoredDeparture) -> None:
        """Bring back what the departure changed."""
        connection, number = self._connection, self._employee_id
        if before.placed_hold:
            await self._release()
        for username in before.disabled_users:
            await self._users().set_disabled(username, disabled=False)
        if before.block_id is not None:
            await blocks.remove(connection, before.block_id)
        await departures.restore_agents(connection, before.agents)
        await departures.join_teams(connection, number, before)
        await departures.set_status(connection, number, before.status_before)
        await departures.remove(connection, number)
        await my_sessions.end_reusable_link(connection, number)
        await self._record("employee.leave_undo", agents=before.agents, teams=before.teams)

    async def _block(self) -> int | None:
        if await departures.is_blocked(self._connection, self._employee_id):
            return None
        return await blocks.add(
            self._connection, self._employee_id, None, at=self._now, by=self._actor
        )

    async def _hold(self, wanted: NewDeparture) -> bool:
        if wanted.data is not DataChoice.HOLD:
            return False
        was_held = await holds.held_since(self._connection, self._employee_id) is not None
        change = HoldChanges(self._connection, actor=self._actor, at=self._now)
        await change.place(self._employee_id, wanted.reason or "")
        return not was_held

    async def _release(self) -> None:
        if await holds.held_since(self._connection, self._employee_id) is not None:
            change = HoldChanges(self._connection, actor=self._actor, at=self._now)
            await change.release(self._employee_id)

    async def _accounts(self, names: Iterable[str]) -> dict[int, UserAccount]:
        """Return the dashboard accounts of these names, by their numbers."""
        found = [await users.find(self._connection, name) for name in names]
        return {user.account.user_id: user.account for user in found if user is not None}

    async def _disable(self, accounts: Iterable[UserAccount]) -> list[str]:
        """Disable accounts, and return those that were not; Refusal for the last administrator."""
        disabled = [account.username for account in accounts if not account.disabled]
        for username in disabled:
            await self._users().set_disabled(username, disabled=True)
        return disabled

    def _users(self) -> UserChanges:
        return UserChanges(self._connection, actor=self._actor, at=self._now)

    async def _record(self, action: str, **details: Any) -> None:
        entry = Entry(
            actor=self._actor, action=action, employee_ids=[self._employee_id], details=details
        )
        await record(self._connection, entry, self._now)


async def _locked(connection: AnyConnection, employee_id: int) -> LockedEmployee:
    found = await departures.lock(connection, employee_id)
    if found is None:
        raise Refusal(Code.NOT_FOUND, "Employee not found.")
    return found


async def _check_hold(connection: AnyConnection, employee_id: int, wanted: NewDeparture) -> None:
    """Refuse to erase what a legal hold keeps, before anything is done."""
    if wanted.data not in (DataChoice.ERASE_NOW, DataChoice.ERASE_ON):
        return
    hold = await erasure.hold_of(connection, employee_id)
    if hold is not None:
        raise Refusal(
            Code.CONFLICT,
            f"A legal hold of {hold.by} is on this employee since {hold.since:%Y-%m-%d}. Nothing"
            " was changed. Release it first, or keep the data.",
            field="data",
        )
