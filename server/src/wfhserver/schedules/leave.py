"""Leave of employees, as people enter it: ranges of days without a reason."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import msgspec

from wfhserver.audit.log import Entry, record
from wfhserver.days import RetentionCalendar
from wfhserver.errors import Code, Refusal
from wfhserver.inputs import Day, Input, Number
from wfhserver.models.schedules import Holder, LeaveRange
from wfhserver.models.users import User
from wfhserver.storage.postgres import directory, holders, leave, leave_feeds
from wfhserver.storage.postgres.connection import AnyConnection, Database

LONGEST: Final = timedelta(days=731)
_BEFORE: Final = timedelta(days=31)
_BEHIND: Final = timedelta(days=366)
_ROWS: Final = 1000


class LeaveDays(Input):
    """The first and the last day of leave."""

    first_day: Day
    last_day: Day


class NewLeave(LeaveDays):
    """Leave of an employee."""

    employee_id: Number


class LeaveQuery(Input):
    """Leave that has a day from *first* to *last*; without them, from a month ago for a year."""

    first: Day | None = None
    last: Day | None = None
    employee_id: Number | None = None


class LeaveRow(msgspec.Struct, frozen=True):
    """Leave, both days included; *feed* is the name of the calendar that has it."""

    leave_id: int
    employee_id: int
    username: str
    display_name: str | None
    first_day: date
    last_day: date
    feed: str | None


class LeaveList(msgspec.Struct, frozen=True):
    """Leave by its first day; *more* when there is more than these."""

    first: date
    last: date
    leave: list[LeaveRow]
    more: bool


class LeaveNumber(msgspec.Struct, frozen=True):
    """Leave that was added."""

    leave_id: int


class Leave:
    """Shows and changes leave; a manager has only the members of their teams."""

    def __init__(self, database: Database, calendar: RetentionCalendar) -> None:
        self._database = database
        self._calendar = calendar

    async def list(self, user: User, query: LeaveQuery) -> LeaveList:
        """Return the leave of whom *user* may see."""
        today = self._calendar.today()
        first, last = query.first or today - _BEFORE, query.last or today + _BEHIND
        async with self._database.connection() as connection:
            found = await leave.between(
                connection,
                first,
                last,
                managed_by=user.sees_teams_of,
                employee_id=query.employee_id,
                limit=_ROWS + 1,
            )
            names = await holders.names_of(
                connection, [Holder(employee_id=each.employee_id) for each in found]
            )
            feeds = await leave_feeds.names(connection)
        rows = [
            LeaveRow(
                each.leave_id,
                each.employee_id,
                name.username or "",
                name.display_name,
                each.first_day,
                each.last_day,
                None if each.feed_id is None else feeds.get(each.feed_id),
            )
            for each in found[:_ROWS]
            if (name := names.get(Holder(employee_id=each.employee_id)))
        ]
        return LeaveList(first, last, rows, len(found) > _ROWS)

    async def add(self, user: User, new: NewLeave) -> LeaveNumber:
        """Add leave; Refusal for days that are leave already."""
        check_days(new.first_day, new.last_day)
        async with self._database.transaction() as connection:
            await directory.lock(connection)
            await self._require_employee(connection, user, new.employee_id)
            others = await leave.entered(connection, [new.employee_id])
            _check_free(others, new.first_day, new.last_day)
            (number,) = await leave.add(
                connection, [(new.employee_id, new.first_day, new.last_day)]
            )
            await self._record(connection, user, "leave.add", new.employee_id, new)
        return LeaveNumber(number)

    async def change(self, user: User, leave_id: int, days: LeaveDays) -> None:
        """Replace the days of leave that somebody entered."""
        check_days(days.first_day, days.last_day)
        async with self._database.transaction() as connection:
            await directory.lock(connection)
            found = await self._found(connection, user, leave_id)
            others = await leave.entered(connection, [found.employee_id])
            others = [each for each in others if each.leave_id != leave_id]
            _check_free(others, days.first_day, days.last_day)
            await leave.change(connection, found, days.first_day, days.last_day)
            await self._record(connection, user, "leave.change", found.employee_id, days)

    async def delete(self, user: User, leave_id: int) -> None:
        """Delete leave that somebody entered."""
        async with self._database.transaction() as connection:
            await directory.lock(connection)
            found = await self._found(connection, user, leave_id)
            await leave.delete(connection, [found])
            await self._record(connection, user, "leave.delete", found.employee_id, found)

    async def _found(self, connection: AnyConnection, user: User, leave_id: int) -> LeaveRange:
        found = await leave.one(connection, leave_id)
        holder = None if found is None else Holder(employee_id=found.employee_id)
        if found is None or holder not in await holders.names_of(
            connection, [holder] if holder else [], user.sees_teams_of
        ):
            raise Refusal(Code.NOT_FOUND, "Leave not found.")
        if found.feed_id is not None:
            detail = "This leave is from a calendar. Change it there."
            raise Refusal(Code.CONFLICT, detail, field="leave_id")
        return found

    async def _require_employee(
        self, connection: AnyConnection, user: User, employee_id: int
    ) -> None:
        holder = Holder(employee_id=employee_id)
        if holder not in await holders.names_of(connection, [holder], user.sees_teams_of):
            raise _refusal("employee_id", "There is no such employee.")

    async def _record(
        self,
        connection: AnyConnection,
        user: User,
        action: str,
        employee_id: int,
        days: LeaveDays | LeaveRange,
    ) -> None:
        details = {"from": days.first_day.isoformat(), "to": days.last_day.isoformat()}
        entry = Entry(actor=user.actor, action=action, employee_ids=[employee_id], details=details)
        await record(connection, entry, self._calendar.clock.now())


def check_days(first: date, last: date) -> None:
    """Refuse days that no leave can have."""
    if last < first:
        raise _refusal("last_day", f"Leave that begins on {first} cannot end on {last}.")
    if last - first >= LONGEST:
        detail = "Leave may take two years. For longer, set the status of the employee to on leave."
        raise _refusal("last_day", detail)


def overlapping(others: Sequence[LeaveRange], first: date, last: date) -> LeaveRange | None:
    """Return the first of *others* that has one of these days."""
    return next(
        (each for each in others if each.first_day <= last and first <= each.last_day), None
    )


def _check_free(others: Sequence[LeaveRange], first: date, last: date) -> None:
    found = overlapping(others, first, last)
    if found is not None:
        raise _refusal("first_day", already(found))


def already(found: LeaveRange) -> str:
    """Return the sentence about leave that overlaps."""
    return (
        f"There is leave from {found.first_day} to {found.last_day} already."
        " Change that leave instead."
    )


def _refusal(field: str, detail: str) -> Refusal:
    return Refusal(Code.INVALID_FIELD, detail, field=field)
